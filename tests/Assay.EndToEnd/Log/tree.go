// Of oracle and reader: a log's checkpoint, leaves and tiles, wherever they are read.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// source answers what is at a path of the log, or ends the program.
type source func(path string) []byte

func openCheckpoint(checkpoint []byte, key string) tlog.Tree {
	verifier := must(note.NewVerifier(key))
	signed := must(note.Open(checkpoint, note.VerifierList(verifier)))
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("the checkpoint reads %q", signed.Text)
	}
	return tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: must(tlog.ParseHash(lines[2]))}
}

func readLeaves(read source, tree tlog.Tree) []tlog.Hash {
	var leaves []tlog.Hash
	for start := int64(0); start < tree.N; start += 1 << height {
		width := tree.N - start
		if width > 1<<height {
			width = 1 << height
		}
		bundle := read(path(tlog.Tile{H: height, L: -1, N: start >> height, W: int(width)}))
		for ; width > 0; width-- {
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, tlog.RecordHash(bundle[2:length]))
			bundle = bundle[length:]
		}
		if len(bundle) > 0 {
			fail("the bundle at %d is longer than its leaves", start)
		}
	}
	return leaves
}

type tiles struct {
	read  source
	known map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for index, tile := range wanted {
		name := path(tile)
		if t.known[name] == nil {
			t.known[name] = t.read(name)
		}
		data[index] = t.known[name]
	}
	return data, nil
}

// The paths of Go's checksum database have the height in them, and call bundles data.
func path(tile tlog.Tile) string {
	return strings.Replace(strings.Replace(tile.Path(), "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
}

func parseHashes(texts []string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, text := range texts {
		hashes = append(hashes, must(tlog.ParseHash(text)))
	}
	return hashes
}

func equal[T ~[]tlog.Hash](one T, other []tlog.Hash) bool {
	return len(one) == len(other) && (len(one) == 0 || reflect.DeepEqual([]tlog.Hash(one), other))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
