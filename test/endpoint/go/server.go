package main

import (
	"flag"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// The article's server, as SEED.md describes it: one reader and one writer a connection, queues of 10 between them.
func serve(words []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	compress := flags.Bool("compress", false, "agree to permessage-deflate")
	limit := flags.Int64("limit", 1024, "octets of a message")
	protocol := flags.String("subprotocol", "", "subprotocol")
	flags.Parse(words)

	upgrader := websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096, EnableCompression: *compress}
	if *protocol != "" {
		upgrader.Subprotocols = []string{*protocol}
	}
	http.HandleFunc("/connect", func(answer http.ResponseWriter, request *http.Request) {
		connection, err := upgrader.Upgrade(answer, request, nil)
		if err != nil {
			tell("refused", err.Error())
			return
		}
		converse(connection, *limit)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	tell("listening", listener.Addr().String())
	server := http.Server{ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	return server.Serve(listener)
}

func converse(connection *websocket.Conn, limit int64) {
	defer connection.Close()
	read := make(chan []byte, 10)
	write := make(chan []byte, 10)
	written := make(chan struct{})
	go func() {
		defer close(written)
		for payload := range write {
			writer, err := connection.NextWriter(websocket.BinaryMessage)
			if err != nil {
				tell("error", err.Error())
				continue
			}
			writer.Write(payload)
			writer.Close()
		}
	}()
	go func() {
		defer close(write)
		for payload := range read {
			id, body, err := unmarshal(payload)
			if err != nil {
				tell("error", err.Error())
				connection.Close()
				return
			}
			tell("message", describe(body))
			if id == 1 {
				payload, err = marshal(2, message(2, seqOf(body), "收到"))
			}
			if err == nil {
				write <- payload
			}
		}
	}()
	connection.SetReadLimit(limit)
	connection.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, payload, err := connection.ReadMessage()
		if err != nil {
			tell("error", err.Error())
			break
		}
		read <- payload
	}
	close(read)
	<-written
}
