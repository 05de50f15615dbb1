// The other side of the interop tests: a server and a client on gorilla/websocket and Go's protobuf, as Debian packages
// them, written for these tests after SEED.md. What happens is told on standard output, an event a line.
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

var telling sync.Mutex

func tell(event string, words string) {
	telling.Lock()
	defer telling.Unlock()
	fmt.Println(event, strings.ReplaceAll(words, "\n", " "))
}

func main() {
	run := map[string]func([]string) error{"serve": serve, "connect": connect}[os.Args[1]]
	if err := run(os.Args[2:]); err != nil {
		tell("failed", err.Error())
		os.Exit(1)
	}
}
