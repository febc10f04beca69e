package main

import (
	_ "embed"
	"html/template"
	"log"
	"net/http"
)

//go:embed pages.html
var pagesText string

var pages = template.Must(template.New("pages").Parse(pagesText))

// Names of the templates in pages.html.
const (
	homePage    = "home"
	loginPage   = "login"
	consentPage = "consent"
	errorPage   = "error"
)

// form is what the pages with a form show.
type form struct {
	Token     string
	Challenge string
	Email     string
	Wrong     bool
	Asked     question
}

func render(w http.ResponseWriter, status int, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := pages.ExecuteTemplate(w, page, data); err != nil {
		log.Print(err)
	}
}
