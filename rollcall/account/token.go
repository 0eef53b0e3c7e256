package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewToken returns a new join token and the hash that is kept of it.
func NewToken() (plain string, hash [32]byte) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails: crypto/rand ends the program instead
	plain = base64.RawURLEncoding.EncodeToString(secret[:])
	return plain, HashToken(plain)
}

// HashToken returns what is kept of a token. A token is 32 random bytes, so that a plain hash can't be guessed back.
func HashToken(plain string) [32]byte { return sha256.Sum256([]byte(plain)) }

// SampleToken returns the join token of a unit in sample data: it follows from the installation's secret, so that links which
// were handed out go on working after a restart although only their hashes are kept.
func SampleToken(secret []byte, unit string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("muster sample link " + unit))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
