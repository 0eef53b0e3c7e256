package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"muster/web"
)

// openapiCommand prints the description of the HTTP API; the pages' types are made from it.
type openapiCommand struct{}

// Run prints it.
func (openapiCommand) Run() error {
	description, err := web.OpenAPI()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, description, "", "  "); err != nil {
		return fmt.Errorf("indent the description: %w", err)
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(os.Stdout)
	return err
}
