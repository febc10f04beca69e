package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// kind names one of the two questions that Hydra asks: who is it, and may it.
type kind string

const (
	login   kind = "login"
	consent kind = "consent"
)

// hydra calls the administration of an Ory Hydra.
type hydra struct {
	requests    string // address under which both kinds of questions lie
	claimsTLS   bool
	client      http.Client
	longestBody int64
}

// question is what Hydra tells about a login or consent that it waits for.
type question struct {
	Skip     bool     `json:"skip"`
	Subject  string   `json:"subject"`
	Scopes   []string `json:"requested_scope"`
	Audience []string `json:"requested_access_token_audience"`
	Client   struct {
		ID   string `json:"client_id"`
		Name string `json:"client_name"`
	} `json:"client"`
}

func newHydra(address, prefix string, claimsTLS bool) *hydra {
	return &hydra{
		requests:    strings.TrimRight(address, "/") + prefix + "/oauth2/auth/requests/",
		claimsTLS:   claimsTLS,
		client:      http.Client{Timeout: 10 * time.Second},
		longestBody: 1 << 20,
	}
}

// ask returns the question that belongs to a challenge.
func (h *hydra) ask(what kind, challenge string) (question, error) {
	var asked question
	err := h.call(http.MethodGet, what, "", challenge, nil, &asked)
	return asked, err
}

// answer accepts or rejects and returns where the browser goes next.
func (h *hydra) answer(what kind, verdict, challenge string, details any) (string, error) {
	var next struct {
		Address string `json:"redirect_to"`
	}
	err := h.call(http.MethodPut, what, "/"+verdict, challenge, details, &next)
	if err == nil && next.Address == "" {
		err = fmt.Errorf("hydra did not say where to go after %s of the %s", verdict, what)
	}
	return next.Address, err
}

func (h *hydra) call(method string, what kind, action, challenge string, send, receive any) error {
	address := fmt.Sprintf("%s%s%s?%s_challenge=%s", h.requests, what, action, what, url.QueryEscape(challenge))
	var body bytes.Buffer
	if send != nil {
		if err := json.NewEncoder(&body).Encode(send); err != nil {
			return err
		}
	}
	request, err := http.NewRequest(method, address, &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if h.claimsTLS {
		request.Header.Set("X-Forwarded-Proto", "https")
	}
	response, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, h.longestBody))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("hydra answered %s to %s %s: %s", response.Status, method, address, text)
	}
	return json.Unmarshal(text, receive)
}
