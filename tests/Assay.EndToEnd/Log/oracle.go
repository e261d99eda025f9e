// Reads a log as its readers do, with the Go project's own packages, and checks all that it says.
//
//	oracle FOLDER KEY
//
// FOLDER holds the checkpoint, the tiles and the bundles at their paths, and the proofs that the log made, one to a line:
// proofs/inclusion (a leaf's index, hashes) and proofs/consistency (an older size, hashes).
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	folder, key := os.Args[1], os.Args[2]
	read := func(name string) []byte { return must(os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))) }
	tree := openCheckpoint(read("checkpoint"), key)
	hashes := tlog.TileHashReader(tree, &tiles{read, map[string][]byte{}})
	leaves := readLeaves(read, tree)
	inclusions := checkInclusions(read, tree, hashes, leaves)
	consistencies := checkConsistencies(read, tree, hashes)
	fmt.Printf("%d leaves, %d inclusion proofs, %d consistency proofs\n", len(leaves), inclusions, consistencies)
}

func checkInclusions(read source, tree tlog.Tree, hashes tlog.HashReader, leaves []tlog.Hash) int {
	made := proofs(read, "inclusion")
	for index, leaf := range leaves {
		proof := must(tlog.ProveRecord(tree.N, int64(index), hashes))
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf))
		if !equal(proof, made[int64(index)]) {
			fail("the log proves leaf %d by %v, not %v", index, made[int64(index)], proof)
		}
	}
	return len(made)
}

func checkConsistencies(read source, tree tlog.Tree, hashes tlog.HashReader) int {
	made := proofs(read, "consistency")
	for size, hash := range made {
		root := must(tlog.TreeHash(size, hashes))
		proof := must(tlog.ProveTree(tree.N, size, hashes))
		check(tlog.CheckTree(proof, tree.N, tree.Hash, size, root))
		if !equal(proof, hash) {
			fail("the log proves size %d by %v, not %v", size, hash, proof)
		}
	}
	return len(made)
}

func proofs(read source, name string) map[int64][]tlog.Hash {
	made := map[int64][]tlog.Hash{}
	for _, line := range bytes.Split(bytes.TrimSuffix(read("proofs/"+name), []byte("\n")), []byte("\n")) {
		fields := strings.Fields(string(line))
		made[must(strconv.ParseInt(fields[0], 10, 64))] = parseHashes(fields[1:])
	}
	return made
}
