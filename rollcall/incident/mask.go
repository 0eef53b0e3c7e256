package incident

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask returns what may be kept of a reporter's name: the first character, and at most two stars for the rest. A name that
// is masked already stays as it is; a number, which would be a telephone, keeps nothing.
func Mask(name string) string {
	name = strings.TrimSpace(strings.ToValidUTF8(name, ""))
	if name == "" || name == "匿名" {
		return name
	}
	first, size := utf8.DecodeRuneInString(name)
	if !unicode.IsLetter(first) {
		return "***"
	}
	rest := utf8.RuneCountInString(name[size:])
	return string(first) + strings.Repeat("*", min(max(rest, 1), 2))
}
