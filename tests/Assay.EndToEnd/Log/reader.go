// Reads the log of a running server with the Go project's own packages, and checks all that it serves.
//
//	reader URL KEY FOLDER <TOKEN
//
// URL is that of the log's routes. FOLDER holds checkpoints that the server gave out before.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

const atOnce = 16

func main() {
	url, key, folder := os.Args[1], os.Args[2], os.Args[3]
	read := server(url, strings.TrimSpace(string(must(io.ReadAll(os.Stdin)))))
	tree := openCheckpoint(read("checkpoint"), key)
	leaves := readLeaves(read, tree)
	checked := checkTiles(read, leaves)
	hashes := tlog.TileHashReader(tree, &tiles{read, map[string][]byte{}})
	proofs := proveInclusions(tree, hashes, leaves)
	checkReceipts(read, key, tree, leaves, proofs)
	consistencies := checkConsistencies(folder, key, tree, hashes)
	fmt.Printf("%d leaves, %d tiles, %d receipts, %d consistency proofs\n", len(leaves), checked, len(proofs), consistencies)
}

func server(url, token string) source {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}}
	return func(path string) []byte {
		request := must(http.NewRequest(http.MethodGet, url+path, nil))
		request.Header.Set("Authorization", "Bearer "+token)
		response := must(client.Do(request))
		defer response.Body.Close()
		body := must(io.ReadAll(response.Body))
		if response.StatusCode != http.StatusOK {
			fail("%s: %s", path, response.Status)
		}
		return body
	}
}

// checkTiles makes every tile of the tree anew, and asks for each as it is and as it once was.
func checkTiles(read source, hashes []tlog.Hash) int {
	checked := 0
	for level := 0; len(hashes) > 0; level++ {
		var above []tlog.Hash
		for start := 0; start < len(hashes); start += 1 << height {
			end := start + 1<<height
			if end > len(hashes) {
				end = len(hashes)
			} else {
				above = append(above, root(hashes[start:end]))
			}
			for _, width := range []int{1, 2, 129, end - start} {
				if width <= end-start {
					checkTile(read, tlog.Tile{H: height, L: level, N: int64(start >> height), W: width}, hashes[start:start+width])
					checked++
				}
			}
		}
		hashes = above
	}
	return checked
}

func checkTile(read source, tile tlog.Tile, hashes []tlog.Hash) {
	var made []byte
	for _, hash := range hashes {
		made = append(made, hash[:]...)
	}
	if !bytes.Equal(read(path(tile)), made) {
		fail("%s is not made of what is below it", path(tile))
	}
}

func root(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	return tlog.NodeHash(root(hashes[:len(hashes)/2]), root(hashes[len(hashes)/2:]))
}

func proveInclusions(tree tlog.Tree, hashes tlog.HashReader, leaves []tlog.Hash) []tlog.RecordProof {
	var proofs []tlog.RecordProof
	for index, leaf := range leaves {
		proof := must(tlog.ProveRecord(tree.N, int64(index), hashes))
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf))
		proofs = append(proofs, proof)
	}
	return proofs
}

func checkReceipts(read source, key string, tree tlog.Tree, leaves []tlog.Hash, proofs []tlog.RecordProof) {
	var all sync.WaitGroup
	for first := 0; first < atOnce; first++ {
		all.Add(1)
		go func(first int) {
			defer all.Done()
			for index := first; index < len(leaves); index += atOnce {
				checkReceipt(read(fmt.Sprintf("proof/%d", index)), key, tree, int64(index), leaves[index], proofs[index])
			}
		}(first)
	}
	all.Wait()
}

// c2sp.org/tlog-proof
func checkReceipt(receipt []byte, key string, tree tlog.Tree, index int64, leaf tlog.Hash, proof tlog.RecordProof) {
	head, checkpoint, _ := bytes.Cut(receipt, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") {
		lines = append(lines[:1], lines[2:]...)
	}
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", index) {
		fail("the receipt of leaf %d reads %q", index, head)
	}
	given := tlog.RecordProof(parseHashes(lines[2:]))
	if openCheckpoint(checkpoint, key) != tree || !equal(given, proof) {
		fail("the receipt of leaf %d is of another tree", index)
	}
	check(tlog.CheckRecord(given, tree.N, tree.Hash, index, leaf))
}

// checkConsistencies goes from each older checkpoint to the next one and to the newest.
func checkConsistencies(folder, key string, tree tlog.Tree, hashes tlog.HashReader) int {
	var seen []tlog.Tree
	for _, file := range must(os.ReadDir(folder)) {
		seen = append(seen, openCheckpoint(must(os.ReadFile(filepath.Join(folder, file.Name()))), key))
	}
	sort.Slice(seen, func(one, other int) bool { return seen[one].N < seen[other].N })
	seen = append(seen, tree)
	proofs := 0
	for index, older := range seen[:len(seen)-1] {
		for _, newer := range []tlog.Tree{seen[index+1], tree} {
			proof := must(tlog.ProveTree(newer.N, older.N, hashes))
			check(tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash))
			proofs++
		}
	}
	return proofs
}
