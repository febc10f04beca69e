// Stands in for oryd/hydra-login-consent-node: an app in which one known user
// logs in and gives consent, on behalf of Ory Hydra. It speaks the same protocol
// with Hydra and shows the same words; it is not the vendor's program.
//
// HYDRA_ADMIN_URL is the address of Hydra's administration, PORT the port to
// listen on (3000), and MOCK_TLS_TERMINATION claims towards Hydra that TLS ended
// in front of it, all as in the published image.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	prefix := flag.String("admin-prefix", "", "path of Hydra's administration: `/admin` since version 2")
	flag.Parse()
	address := os.Getenv("HYDRA_ADMIN_URL")
	if address == "" {
		log.Fatal("HYDRA_ADMIN_URL is not set: give the address of Hydra's administration")
	}
	app := &app{hydra: newHydra(address, *prefix, os.Getenv("MOCK_TLS_TERMINATION") != "")}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	server := &http.Server{Addr: ":" + port, Handler: app.routes(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Printf("Listening on http://0.0.0.0:%s\n", port)
	log.Fatal(server.ListenAndServe())
}
