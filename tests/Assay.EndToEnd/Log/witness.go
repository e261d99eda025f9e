// A witness of one log (c2sp.org/tlog-witness, add-checkpoint; c2sp.org/tlog-cosignature, version 1 with Ed25519). What it has seen is in a folder.
//
//	witness key FOLDER NAME              makes its key, and prints it as verifiers are told it
//	witness serve FOLDER ADDRESS LOGKEY  answers at http://ADDRESS/add-checkpoint
//	witness open FOLDER LOGKEY <NOTE     prints the size of a checkpoint that both have signed
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const cosignature = 4

type witness struct {
	folder string
	name   string
	key    ed25519.PrivateKey
	log    note.Verifier
	turn   sync.Mutex
}

type answer struct {
	status int
	media  string
	body   string
}

func main() {
	folder := os.Args[2]
	switch os.Args[1] {
	case "key":
		_, key := must2(ed25519.GenerateKey(nil))
		check(os.WriteFile(filepath.Join(folder, "key"), []byte(os.Args[3]+" "+hex.EncodeToString(key.Seed())), 0o600))
		known := load(folder)
		fmt.Printf("%s+%08x+%s\n", known.name, known.KeyHash(), base64.StdEncoding.EncodeToString(known.public()))
	case "serve":
		known := load(folder)
		known.log = must(note.NewVerifier(os.Args[4]))
		http.HandleFunc("/add-checkpoint", known.addCheckpoint)
		check(http.ListenAndServe(os.Args[3], nil))
	case "open":
		signed := must(note.Open(must(io.ReadAll(os.Stdin)), note.VerifierList(must(note.NewVerifier(os.Args[3])), load(folder))))
		if len(signed.Sigs) != 2 {
			fail("of log and witness, %d signed", len(signed.Sigs))
		}
		fmt.Println(must(tree(signed.Text)).N)
	}
}

func load(folder string) *witness {
	fields := strings.Fields(string(must(os.ReadFile(filepath.Join(folder, "key")))))
	return &witness{folder: folder, name: fields[0], key: ed25519.NewKeyFromSeed(must(hex.DecodeString(fields[1])))}
}

func (w *witness) addCheckpoint(writer http.ResponseWriter, request *http.Request) {
	w.turn.Lock()
	defer w.turn.Unlock()
	given := w.judge(must(io.ReadAll(request.Body)))
	if request.Method != http.MethodPost {
		given = answer{status: http.StatusMethodNotAllowed}
	}
	writer.Header().Set("Content-Type", given.media)
	writer.WriteHeader(given.status)
	fmt.Fprint(writer, given.body)
}

func (w *witness) judge(body []byte) answer {
	head, checkpoint, isWhole := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if !isWhole || err != nil || lines[0] != fmt.Sprintf("old %d", old) || len(lines) > 64 {
		return answer{status: http.StatusBadRequest}
	}
	if !bytes.HasPrefix(checkpoint, []byte(w.log.Name()+"\n")) {
		return answer{status: http.StatusNotFound}
	}
	signed, err := note.Open(checkpoint, note.VerifierList(w.log))
	if err != nil {
		return answer{status: http.StatusForbidden}
	}
	shown, err := tree(signed.Text)
	if err != nil || old > shown.N {
		return answer{status: http.StatusBadRequest}
	}
	seen := w.seen()
	if old != seen.N {
		return answer{http.StatusConflict, "text/x.tlog.size", fmt.Sprintf("%d\n", seen.N)}
	}
	if !goesOn(seen, shown, parseHashes(lines[1:])) {
		return answer{status: http.StatusUnprocessableEntity}
	}
	w.remember(shown)
	return answer{http.StatusOK, "text/plain", w.sign(signed.Text)}
}

func goesOn(seen, shown tlog.Tree, proof tlog.TreeProof) bool {
	switch {
	case seen.N == 0:
		return len(proof) == 0 && (shown.N > 0 || shown.Hash == sha256.Sum256(nil))
	case seen.N == shown.N:
		return len(proof) == 0 && seen.Hash == shown.Hash
	default:
		return tlog.CheckTree(proof, shown.N, shown.Hash, seen.N, seen.Hash) == nil
	}
}

func (w *witness) sign(text string) string {
	signature := binary.BigEndian.AppendUint32(nil, w.KeyHash())
	now := uint64(time.Now().Unix())
	signature = binary.BigEndian.AppendUint64(signature, now)
	signature = append(signature, ed25519.Sign(w.key, message(now, text))...)
	return fmt.Sprintf("\u2014 %s %s\n", w.name, base64.StdEncoding.EncodeToString(signature))
}

func message(at uint64, text string) []byte {
	return []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text))
}

func (w *witness) public() []byte {
	return append([]byte{cosignature}, w.key.Public().(ed25519.PublicKey)...)
}

func (w *witness) Name() string { return w.name }

func (w *witness) KeyHash() uint32 {
	hash := sha256.Sum256(append([]byte(w.name+"\n"), w.public()...))
	return binary.BigEndian.Uint32(hash[:])
}

func (w *witness) Verify(text, signature []byte) bool {
	return len(signature) == 8+ed25519.SignatureSize &&
		ed25519.Verify(w.key.Public().(ed25519.PublicKey), message(binary.BigEndian.Uint64(signature), string(text)), signature[8:])
}

func (w *witness) seen() tlog.Tree {
	remembered, err := os.ReadFile(filepath.Join(w.folder, "seen"))
	if os.IsNotExist(err) {
		return tlog.Tree{}
	}
	check(err)
	return must(tree("\n" + string(remembered)))
}

func (w *witness) remember(shown tlog.Tree) {
	file := filepath.Join(w.folder, "seen")
	check(os.WriteFile(file+".new", []byte(fmt.Sprintf("%d\n%s\n", shown.N, shown.Hash)), 0o600))
	check(os.Rename(file+".new", file))
}

// tree reads size and root from a checkpoint's text; its first line is the log's name, and lines after these are extensions.
func tree(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func must2[T, U any](one T, other U, err error) (T, U) {
	check(err)
	return one, other
}
