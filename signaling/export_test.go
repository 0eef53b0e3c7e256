package signaling

import (
	"maps"
	"slices"
)

// HandledTypes are all types of frame that a page may send once it is in.
func HandledTypes() []string { return slices.Sorted(maps.Keys(handlers())) }
