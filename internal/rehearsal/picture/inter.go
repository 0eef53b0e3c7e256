package picture

import "fmt"

// Still makes the inter frame that repeats the picture before it: every macroblock is predicted from the last frame with a
// zero motion vector and no residual (RFC 6386, sections 9 and 16). It fits every keyframe of the given one's size and encoder.
// Bytes may be added at its end: a decoder does not read them.
func Still(key []byte) ([]byte, error) {
	width, height, version, err := header(key)
	if err != nil {
		return nil, err
	}
	var e boolEncoder
	e.init()
	e.flags(0, 1)          // segmentation_enabled
	e.flags(0, 1+6+3)      // filter_type, loop_filter_level, sharpness_level: no filter, so that nothing drifts
	e.flags(0, 1)          // loop_filter_adj_enable
	e.flags(0, 2)          // log2_nbr_of_dct_partitions
	e.flags(0, 7+5)        // y_ac_qi and the five deltas' presence
	e.flags(0, 1+1+2+2)    // refresh_golden_frame, refresh_alternate_frame, copy_buffer_to_golden, copy_buffer_to_alternate
	e.flags(0, 1+1)        // sign_bias_golden, sign_bias_alternate
	e.flags(0, 1)          // refresh_entropy_probs: this frame's probabilities are for itself
	e.flags(1, 1)          // refresh_last
	e.keep(tokenUpdate[:]) // token_prob_update
	e.flags(1, 1)          // mb_no_coeff_skip
	e.flags(1, 8)          // prob_skip_false: every macroblock is skipped
	e.flags(1, 8)          // prob_intra: none is intra
	e.flags(255, 8)        // prob_last: all refer to the last frame
	e.flags(128, 8)        // prob_gf
	e.flags(0, 1+1)        // intra_16x16_prob_update_flag, intra_chroma_prob_update_flag
	e.keep(vectorUpdate[:])
	columns, rows := (width+15)/16, (height+15)/16
	for y := range rows {
		for x := range columns {
			e.bit(1, 1)                  // mb_skip_coeff
			e.bit(1, 1)                  // is_inter_mb
			e.bit(0, 255)                // last frame
			e.bit(0, zeroVectorAt(x, y)) // mv_mode: zero
		}
	}
	first := e.finish()
	tag := uint32(1) | version<<1 | 1<<4 | uint32(len(first))<<5 // inter frame, version, show_frame, first_part_size
	frame := append([]byte{byte(tag), byte(tag >> 8), byte(tag >> 16)}, first...)
	return append(frame, 0, 0, 0, 0), nil // the partition of coefficients, of which there are none
}

// zeroVectorAt is the probability of the mode "zero" (RFC 6386, section 16.3, mode_contexts) when all neighbours have it: it
// depends on how many there are, for those outside the picture do not count.
func zeroVectorAt(x, y int) uint8 {
	switch {
	case x == 0 && y == 0:
		return 7
	case x == 0 || y == 0:
		return 135
	}
	return 234
}

// boolEncoder is the arithmetic coder of RFC 6386, section 7.3.
type boolEncoder struct {
	out      []byte
	rng      uint32
	bottom   uint32
	bitCount int
}

func (e *boolEncoder) init() { e.rng, e.bitCount = 255, 24 }

// bit writes a bit whose probability of being 0 is p/256.
func (e *boolEncoder) bit(b int, p uint8) {
	split := 1 + (e.rng-1)*uint32(p)>>8
	if b != 0 {
		e.bottom += split
		e.rng -= split
	} else {
		e.rng = split
	}
	for e.rng < 128 {
		e.rng <<= 1
		e.shift()
	}
}

func (e *boolEncoder) shift() {
	if e.bottom&(1<<31) != 0 {
		e.carry()
	}
	e.bottom <<= 1
	e.bitCount--
	if e.bitCount == 0 {
		e.out = append(e.out, byte(e.bottom>>24))
		e.bottom &= 1<<24 - 1
		e.bitCount = 8
	}
}

// carry adds one to what was written.
func (e *boolEncoder) carry() {
	i := len(e.out) - 1
	for ; i >= 0 && e.out[i] == 255; i-- {
		e.out[i] = 0
	}
	if i >= 0 {
		e.out[i]++
	}
}

// flags writes an n-bit number, highest bit first.
func (e *boolEncoder) flags(value, n int) {
	for i := n - 1; i >= 0; i-- {
		e.bit(value>>i&1, 128)
	}
}

// keep says for each probability that it is not updated.
func (e *boolEncoder) keep(updates []uint8) {
	for _, p := range updates {
		e.bit(0, p)
	}
}

func (e *boolEncoder) finish() []byte {
	for range 32 {
		e.bit(0, 128)
	}
	return e.out
}

// header reads the size and version of a keyframe (RFC 6386, section 9.1).
func header(key []byte) (width, height int, version uint32, err error) {
	if len(key) < 10 || key[0]&1 != 0 || key[3] != 0x9D || key[4] != 0x01 || key[5] != 0x2A {
		return 0, 0, 0, fmt.Errorf("no VP8 keyframe")
	}
	width = int(key[6]) | int(key[7]&0x3F)<<8
	height = int(key[8]) | int(key[9]&0x3F)<<8
	return width, height, uint32(key[0]) >> 1 & 7, nil
}
