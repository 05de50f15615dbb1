package main

import (
	"flag"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// A client that sends Pings and a Pong with a long note, reads an answer to each, and closes.
func connect(words []string) error {
	flags := flag.NewFlagSet("connect", flag.ExitOnError)
	compress := flags.Bool("compress", false, "offer permessage-deflate")
	count := flags.Int("count", 1, "Pings to send")
	note := flags.Int("note", 0, "octets of a Pong's note to send")
	code := flags.Int("close", websocket.CloseNormalClosure, "status code to close with")
	origin := flags.String("origin", "", "Origin")
	protocol := flags.String("subprotocol", "", "subprotocol")
	flags.Parse(words)

	dialer := websocket.Dialer{EnableCompression: *compress, HandshakeTimeout: 5 * time.Second}
	if *protocol != "" {
		dialer.Subprotocols = strings.Split(*protocol, ",")
	}
	header := http.Header{}
	if *origin != "" {
		header.Set("Origin", *origin)
	}
	connection, response, err := dialer.Dial(flags.Arg(0), header)
	if err != nil {
		if response != nil {
			tell("refused", response.Status)
		}
		return err
	}
	tell("connected", connection.Subprotocol())
	connection.SetPongHandler(func(data string) error {
		tell("pong", data)
		return nil
	})
	connection.WriteControl(websocket.PingMessage, []byte("are you there?"), time.Now().Add(time.Second))
	for seq := 1; seq <= *count; seq++ {
		if err := exchange(connection, 1, uint32(seq), ""); err != nil {
			return nil
		}
	}
	if *note > 0 {
		if err := exchange(connection, 2, 0, strings.Repeat("x", *note)); err != nil {
			return nil
		}
	}
	payload := websocket.FormatCloseMessage(*code, "bye")
	connection.WriteControl(websocket.CloseMessage, payload, time.Now().Add(time.Second))
	_, _, err = connection.ReadMessage()
	tell("error", err.Error())
	return nil
}

func exchange(connection *websocket.Conn, id uint16, seq uint32, note string) error {
	payload, err := marshal(id, message(id, seq, note))
	if err == nil {
		err = connection.WriteMessage(websocket.BinaryMessage, payload)
	}
	if err == nil {
		_, payload, err = connection.ReadMessage()
	}
	if err != nil {
		tell("error", err.Error())
		return err
	}
	_, body, err := unmarshal(payload)
	if err != nil {
		tell("error", err.Error())
		return err
	}
	tell("message", describe(body))
	return nil
}
