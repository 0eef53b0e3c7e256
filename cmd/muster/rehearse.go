package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// rehearsalFile is what serve --rehearsal leaves in its data folder, readable by its owner only.
const rehearsalFile = "rehearsal.json"

// rehearsalInfo is for programs on the same machine: where the server is, and how to enter.
type rehearsalInfo struct {
	URL         string `json:"url"`
	AdminToken  string `json:"admin_token"`
	Password    string `json:"password"`     // of the sample users
	StationLink string `json:"station_link"` // of one station
}

func readRehearsal(path string) (rehearsalInfo, error) {
	var r rehearsalInfo
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, fmt.Errorf("%s is not there: is `muster serve --rehearsal` running with this data folder? Else give --token", path)
	}
	if err != nil {
		return r, fmt.Errorf("cannot read the administrator's token: %w", err)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func writeRehearsal(path string, r rehearsalInfo) error {
	content, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cannot write the rehearsal file: %w", err)
	}
	if err := writePrivate(path, content); err != nil {
		return fmt.Errorf("cannot write the rehearsal file: %w", err)
	}
	return nil
}
