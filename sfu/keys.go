package sfu

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"

	"muster/sfu/egress"
)

// dtlsSecrets listens to one DTLS handshake for what the keys of SRTP are made of. Pion has no accessor for them; its key log and
// its hook on the server's hello say all there is to know.
type dtlsSecrets struct {
	mu           sync.Mutex
	clientRandom []byte
	serverRandom []byte
	master       []byte
	suite        dtls.CipherSuiteID
	profile      srtp.ProtectionProfile
}

// Write takes a line of the key log: CLIENT_RANDOM, then the random and the master secret in hex.
func (k *dtlsSecrets) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) != 3 || string(fields[0]) != "CLIENT_RANDOM" {
		return len(line), nil
	}
	random, err1 := hex.DecodeString(string(fields[1]))
	master, err2 := hex.DecodeString(string(fields[2]))
	if err := errors.Join(err1, err2); err != nil {
		return 0, fmt.Errorf("sfu: cannot read the DTLS secrets: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clientRandom, k.master = random, master
	return len(line), nil
}

// hello reads the server's hello and leaves it as it is.
func (k *dtlsSecrets) hello(h handshake.MessageServerHello) handshake.Message {
	random := h.Random.MarshalFixed()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.serverRandom = random[:]
	if h.CipherSuiteID != nil {
		k.suite = dtls.CipherSuiteID(*h.CipherSuiteID)
	}
	for _, e := range h.Extensions {
		if use, ok := e.(*extension.UseSRTP); ok && len(use.ProtectionProfiles) == 1 {
			k.profile = srtp.ProtectionProfile(use.ProtectionProfiles[0])
		}
	}
	return &h
}

var errNoSecrets = errors.New("sfu: the DTLS handshake did not show its secrets")

// ExportKeyingMaterial implements srtp.KeyingMaterialExporter (RFC 5705).
func (k *dtlsSecrets) ExportKeyingMaterial(label string, context []byte, length int) ([]byte, error) {
	if len(context) > 0 || len(k.master) == 0 || len(k.serverRandom) == 0 {
		return nil, errNoSecrets
	}
	seed := append(append([]byte(label), k.clientRandom...), k.serverRandom...)
	return prf.PHash(k.master, seed, length, k.hash)
}

// hash is that of the cipher suite's PRF (RFC 5246, section 5; RFC 5289, section 3.2).
func (k *dtlsSecrets) hash() hash.Hash {
	if strings.HasSuffix(k.suite.String(), "_SHA384") {
		return sha512.New384()
	}
	return sha256.New()
}

// sending returns the keys that the server's packets are sealed with, and forgets the secrets.
func (k *dtlsSecrets) sending() (egress.Keys, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	config := srtp.Config{Profile: k.profile}
	if err := config.ExtractSessionKeysFromDTLS(k, false); err != nil {
		return egress.Keys{}, fmt.Errorf("sfu: no keys for SRTP: %w", err)
	}
	k.master, k.clientRandom, k.serverRandom = nil, nil, nil
	return egress.Keys{Profile: k.profile, Master: config.Keys.LocalMasterKey, Salt: config.Keys.LocalMasterSalt}, nil
}
