package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// The article's registry. The types are described here instead of generated, so that no protoc is needed.
var typeById = map[uint16]protoreflect.MessageDescriptor{}

func init() {
	label := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()
	seq := &descriptorpb.FieldDescriptorProto{
		Name: proto.String("seq"), JsonName: proto.String("seq"), Number: proto.Int32(1), Label: label,
		Type: descriptorpb.FieldDescriptorProto_TYPE_UINT32.Enum(),
	}
	note := &descriptorpb.FieldDescriptorProto{
		Name: proto.String("note"), JsonName: proto.String("note"), Number: proto.Int32(2), Label: label,
		Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("article.proto"), Package: proto.String("pb"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Ping"), Field: []*descriptorpb.FieldDescriptorProto{seq}},
			{Name: proto.String("Pong"), Field: []*descriptorpb.FieldDescriptorProto{proto.Clone(seq).(*descriptorpb.FieldDescriptorProto), note}},
		},
	}, nil)
	if err != nil {
		panic(err)
	}
	typeById[1] = file.Messages().ByName("Ping")
	typeById[2] = file.Messages().ByName("Pong")
}

func message(id uint16, seq uint32, note string) *dynamicpb.Message {
	made := dynamicpb.NewMessage(typeById[id])
	made.Set(made.Descriptor().Fields().ByName("seq"), protoreflect.ValueOfUint32(seq))
	if field := made.Descriptor().Fields().ByName("note"); field != nil && note != "" {
		made.Set(field, protoreflect.ValueOfString(note))
	}
	return made
}

func marshal(id uint16, body proto.Message) ([]byte, error) {
	// Fields in the order of their numbers: without, a described type has them in any.
	octets, err := proto.MarshalOptions{Deterministic: true}.Marshal(body)
	if err != nil {
		return nil, err
	}
	payload := make([]byte, 2, 2+len(octets))
	binary.BigEndian.PutUint16(payload, id)
	return append(payload, octets...), nil
}

func unmarshal(payload []byte) (uint16, *dynamicpb.Message, error) {
	if len(payload) < 2 {
		return 0, nil, errors.New("ErrMsgShort")
	}
	id := binary.BigEndian.Uint16(payload)
	descriptor, known := typeById[id]
	if !known {
		return id, nil, errors.New("ErrNotRegister")
	}
	made := dynamicpb.NewMessage(descriptor)
	return id, made, proto.Unmarshal(payload[2:], made)
}

func seqOf(body *dynamicpb.Message) uint32 {
	return uint32(body.Get(body.Descriptor().Fields().ByName("seq")).Uint())
}

func describe(body *dynamicpb.Message) string {
	octets, err := protojson.Marshal(body)
	if err != nil {
		return err.Error()
	}
	// protojson puts blanks in at will, so that nobody relies on its spelling.
	var compact bytes.Buffer
	json.Compact(&compact, octets)
	return fmt.Sprintf("%s %s", body.Descriptor().FullName(), compact.String())
}
