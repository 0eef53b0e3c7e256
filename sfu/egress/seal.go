package egress

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/pion/srtp/v3"
)

// MaxOverhead is by how much sealing makes a packet longer at most, in bytes.
const MaxOverhead = 16

// Keys are one direction's master key and salt of a DTLS-SRTP connection (RFC 5764).
type Keys struct {
	Profile      srtp.ProtectionProfile
	Master, Salt []byte
}

// Sealer encrypts and authenticates the packets of one viewer (SRTP). It belongs to one goroutine. For one SSRC and Index it must
// be asked once only, unless the packet is the same: a nonce must not be used twice.
type Sealer interface {
	// Seal writes the sealed packet to the beginning of dst, which has room for it, and returns its length.
	Seal(dst []byte, p *Packet) (int, error)
}

// NewSealer makes the sealer for a profile: AES-GCM straight into the destination, AES-CM with HMAC-SHA1 by way of a copy.
func NewSealer(k Keys) (Sealer, error) {
	switch k.Profile {
	case srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm:
		return newGCM(k)
	case srtp.ProtectionProfileAes128CmHmacSha1_80, srtp.ProtectionProfileAes128CmHmacSha1_32:
		context, err := srtp.CreateContext(k.Master, k.Salt, k.Profile)
		if err != nil {
			return nil, fmt.Errorf("egress: cannot use the keys: %w", err)
		}
		return &counterMode{context: context, plain: make([]byte, 2048)}, nil
	}
	return nil, fmt.Errorf("egress: no sealer for the SRTP profile %v", k.Profile)
}

// gcm seals by RFC 7714.
type gcm struct {
	aead  cipher.AEAD
	salt  [12]byte
	nonce [12]byte
}

func newGCM(k Keys) (*gcm, error) {
	const keyLabel, saltLabel = 0, 2 // RFC 3711, section 4.3.2
	key, err := deriveKey(k, keyLabel, len(k.Master))
	if err != nil {
		return nil, err
	}
	g := &gcm{}
	salt, err := deriveKey(k, saltLabel, len(g.salt))
	if err != nil {
		return nil, err
	}
	copy(g.salt[:], salt)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("egress: cannot use the keys: %w", err)
	}
	if g.aead, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("egress: cannot use the keys: %w", err)
	}
	return g, nil
}

// deriveKey is the key derivation of RFC 3711, section 4.3, with a key derivation rate of 0; RFC 7714, section 11, keeps it and
// fills the shorter salt up with zeros.
func deriveKey(k Keys, label byte, n int) ([]byte, error) {
	block, err := aes.NewCipher(k.Master)
	if err != nil {
		return nil, fmt.Errorf("egress: cannot use the keys: %w", err)
	}
	var iv [aes.BlockSize]byte
	if len(k.Salt) > 14 {
		return nil, errors.New("egress: the master salt is too long")
	}
	copy(iv[:], k.Salt)
	iv[7] ^= label
	out := make([]byte, n)
	cipher.NewCTR(block, iv[:]).XORKeyStream(out, out)
	return out, nil
}

// Seal implements Sealer.
func (g *gcm) Seal(dst []byte, p *Packet) (int, error) {
	if len(dst) < p.size()+MaxOverhead {
		return 0, errNoRoom
	}
	// The nonce is two zeros, SSRC, rollover counter and sequence number, all over the salt (RFC 7714, section 8.1).
	copy(g.nonce[:2], g.salt[:2])
	binary.BigEndian.PutUint32(g.nonce[2:], p.SSRC^binary.BigEndian.Uint32(g.salt[2:]))
	binary.BigEndian.PutUint32(g.nonce[6:], uint32(p.Index>>16)^binary.BigEndian.Uint32(g.salt[6:]))
	binary.BigEndian.PutUint16(g.nonce[10:], uint16(p.Index)^binary.BigEndian.Uint16(g.salt[10:]))
	header := dst[:p.putHeader(dst)]
	plain := p.Payload
	if len(p.Prefix) > 0 || p.Padding > 0 {
		body := dst[len(header):]
		plain = body[:p.putBody(body)]
	}
	return len(g.aead.Seal(header, g.nonce[:], plain, header)), nil
}

var errNoRoom = errors.New("egress: no room for the packet")

// counterMode seals by RFC 3711. It is what old clients negotiate; pion/srtp does it with a copy.
type counterMode struct {
	context *srtp.Context
	plain   []byte
}

// Seal implements Sealer. The rollover counter is pion/srtp's own: it follows the sequence numbers as a receiver does.
func (c *counterMode) Seal(dst []byte, p *Packet) (int, error) {
	if len(dst) < p.size()+MaxOverhead || p.size() > len(c.plain) {
		return 0, errNoRoom
	}
	n := p.putHeader(c.plain)
	n += p.putBody(c.plain[n:])
	sealed, err := c.context.EncryptRTP(dst[:0], c.plain[:n], nil)
	if err != nil {
		return 0, fmt.Errorf("egress: cannot seal: %w", err)
	}
	return copy(dst, sealed), nil
}
