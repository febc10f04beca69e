package main

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"log"
	"net/http"
)

// The only person whom this app knows, as in the published one.
const (
	knownEmail    = "foo@bar.com"
	knownPassword = "foobar"
)

const (
	rememberedFor = 3600 // seconds
	csrfCookie    = "_csrf"
)

type app struct{ hydra *hydra }

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/login", a.guarded(login, a.showLogin, a.doLogin))
	mux.HandleFunc("/consent", a.guarded(consent, a.showConsent, a.doConsent))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		render(w, http.StatusOK, homePage, nil)
	})
	return mux
}

// step handles one request about a challenge.
type step func(w http.ResponseWriter, r *http.Request, challenge string) error

// guarded finds the challenge, and lets a form pass only if this app gave it out.
func (a *app) guarded(what kind, show, do step) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		run, challenge := show, r.URL.Query().Get(string(what)+"_challenge")
		if r.Method == http.MethodPost {
			run, challenge = do, r.PostFormValue("challenge")
			if !sameToken(r) {
				render(w, http.StatusForbidden, errorPage, errors.New("invalid csrf token"))
				return
			}
		}
		if challenge == "" {
			render(w, http.StatusBadRequest, errorPage, errors.New("expected a "+string(what)+" challenge to be set but received none"))
			return
		}
		if err := run(w, r, challenge); err != nil {
			log.Print(err)
			render(w, http.StatusBadGateway, errorPage, err)
		}
	}
}

func (a *app) showLogin(w http.ResponseWriter, r *http.Request, challenge string) error {
	asked, err := a.hydra.ask(login, challenge)
	if err != nil {
		return err
	}
	if asked.Skip {
		return a.leave(w, r, login, "accept", challenge, object{"subject": asked.Subject})
	}
	render(w, http.StatusOK, loginPage, form{Token: token(w, r), Challenge: challenge})
	return nil
}

func (a *app) doLogin(w http.ResponseWriter, r *http.Request, challenge string) error {
	if denied(r) {
		return a.leave(w, r, login, "reject", challenge, denial)
	}
	email := r.PostFormValue("email")
	if email != knownEmail || r.PostFormValue("password") != knownPassword {
		render(w, http.StatusOK, loginPage, form{Token: token(w, r), Challenge: challenge, Email: email, Wrong: true})
		return nil
	}
	return a.leave(w, r, login, "accept", challenge, object{
		"subject": email, "remember": remembered(r), "remember_for": rememberedFor, "acr": "0",
	})
}

func (a *app) showConsent(w http.ResponseWriter, r *http.Request, challenge string) error {
	asked, err := a.hydra.ask(consent, challenge)
	if err != nil {
		return err
	}
	if asked.Skip {
		return a.grant(w, r, challenge, asked, asked.Scopes, false)
	}
	render(w, http.StatusOK, consentPage, form{Token: token(w, r), Challenge: challenge, Asked: asked})
	return nil
}

func (a *app) doConsent(w http.ResponseWriter, r *http.Request, challenge string) error {
	if denied(r) {
		return a.leave(w, r, consent, "reject", challenge, denial)
	}
	asked, err := a.hydra.ask(consent, challenge)
	if err != nil {
		return err
	}
	// An empty list, not none: Hydra refuses `null`.
	granted := append([]string{}, r.PostForm["grant_scope"]...)
	return a.grant(w, r, challenge, asked, granted, remembered(r))
}

func (a *app) grant(w http.ResponseWriter, r *http.Request, challenge string, asked question, scopes []string, remember bool) error {
	return a.leave(w, r, consent, "accept", challenge, object{
		"grant_scope":                 scopes,
		"grant_access_token_audience": asked.Audience,
		"session":                     object{"access_token": object{}, "id_token": object{}},
		"remember":                    remember,
		"remember_for":                rememberedFor,
	})
}

// leave gives Hydra the answer and sends the browser back to it.
func (a *app) leave(w http.ResponseWriter, r *http.Request, what kind, verdict, challenge string, details object) error {
	next, err := a.hydra.answer(what, verdict, challenge, details)
	if err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusFound)
	return nil
}

type object map[string]any

var denial = object{"error": "access_denied", "error_description": "The resource owner denied the request"}

func denied(r *http.Request) bool     { return r.PostFormValue("submit") == "Deny access" }
func remembered(r *http.Request) bool { return r.PostFormValue("remember") == "1" }

// token returns the browser's own token, which a form must bring back.
func token(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie(csrfCookie); err == nil && cookie.Value != "" {
		return cookie.Value
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		log.Fatal("no random numbers: ", err)
	}
	value := hex.EncodeToString(random)
	http.SetCookie(w, &http.Cookie{Name: csrfCookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return value
}

func sameToken(r *http.Request) bool {
	cookie, err := r.Cookie(csrfCookie)
	sent := r.PostFormValue(csrfCookie)
	return err == nil && cookie.Value != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(sent)) == 1
}
