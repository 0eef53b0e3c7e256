package web_test

import (
	"errors"

	"muster/rollcall"
)

// codeOf returns the code of the refusal in an error, empty when there is none.
func codeOf(err error) string {
	var refusal *rollcall.Error
	if !errors.As(err, &refusal) {
		return ""
	}
	return refusal.Code
}
