// Stands in for ealen/echo-server: answers every request with what it received,
// as JSON in the shape of the published image's answers. PORT is the port to
// listen on (80).
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const longestBody = 1 << 20

type object map[string]any

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "80"
	}
	server := &http.Server{Addr: ":" + port, Handler: http.HandlerFunc(echo), ReadHeaderTimeout: 10 * time.Second}
	fmt.Printf("Listening on port %s.\n", port)
	log.Fatal(server.ListenAndServe())
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	peer, _, _ := net.SplitHostPort(r.RemoteAddr)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	answer := object{
		"host": object{"hostname": strings.Split(r.Host, ":")[0], "ip": peer},
		"http": object{"method": r.Method, "originalUrl": r.URL.RequestURI(), "protocol": "http"},
		"request": object{
			"query":   single(r.URL.Query()),
			"headers": headers(r),
			"body":    string(body),
		},
	}
	if err := encoder.Encode(answer); err != nil {
		log.Print(err)
	}
}

// headers returns them in lower case; Go keeps the host apart.
func headers(r *http.Request) map[string]string {
	all := map[string]string{"host": r.Host}
	for name, value := range single(r.Header) {
		all[strings.ToLower(name)] = value
	}
	return all
}

func single(values map[string][]string) map[string]string {
	all := map[string]string{}
	for name, list := range values {
		all[name] = strings.Join(list, ", ")
	}
	return all
}
