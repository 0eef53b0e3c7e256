package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// message is what processes say to each other, one a line: a number and a session description, or a word.
type message struct {
	Number int    `json:"number"`
	SDP    string `json:"sdp,omitempty"`
	Word   string `json:"word,omitempty"`
}

// process is one that this one started.
type process struct {
	cmd *exec.Cmd
	in  *json.Encoder
	out *json.Decoder
}

func start(ctx context.Context, role string, viewers int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "-role", role, "-viewers", fmt.Sprint(viewers))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot talk to the %s: %w", role, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot hear the %s: %w", role, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the %s: %w", role, err)
	}
	return &process{cmd: cmd, in: json.NewEncoder(in), out: json.NewDecoder(bufio.NewReaderSize(out, 1<<20))}, nil
}

// negotiate answers n offers and waits until the process says that all of them are connected.
func (p *process) negotiate(n int, answer func(number int, offer string) (string, error)) error {
	for range n {
		var m message
		if err := p.out.Decode(&m); err != nil {
			return fmt.Errorf("no offer came: %w", err)
		}
		sdp, err := answer(m.Number, m.SDP)
		if err != nil {
			return err
		}
		if err := p.in.Encode(message{Number: m.Number, SDP: sdp}); err != nil {
			return fmt.Errorf("cannot send the answer: %w", err)
		}
	}
	var m message
	if err := p.out.Decode(&m); err != nil || m.Word != "connected" {
		return fmt.Errorf("they did not connect: %q, %w", m.Word, err)
	}
	return nil
}

func (p *process) say(word string) error {
	if err := p.in.Encode(message{Word: word}); err != nil {
		return fmt.Errorf("cannot say %s: %w", word, err)
	}
	return nil
}

// freeze stops the process where it is; its connections stay.
func (p *process) freeze() { _ = p.cmd.Process.Signal(syscall.SIGSTOP) }

func (p *process) stop() {
	_ = p.cmd.Process.Kill() // it has nothing to lose
	_ = p.cmd.Wait()
}

// pipes are the other end, in the process that was started.
type pipes struct {
	in  *json.Decoder
	out *json.Encoder
}

func newPipes() pipes {
	return pipes{json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20)), json.NewEncoder(os.Stdout)}
}

// next reads a message; io.EOF is the end of the parent.
func (p pipes) next() (message, error) {
	var m message
	err := p.in.Decode(&m)
	if err == io.EOF {
		return m, err
	}
	if err != nil {
		return m, fmt.Errorf("cannot hear the parent: %w", err)
	}
	return m, nil
}
