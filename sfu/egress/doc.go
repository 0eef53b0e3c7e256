// Package egress seals RTP packets for many viewers and hands them to UDP sockets in few system calls.
//
// A payload is shared by all its viewers: each viewer's header, encryption (RFC 3711, RFC 7714) and address go into the slab of a
// Batch, straight from the payload and without a copy of it. On Linux a Batch is one sendmmsg, and packets that follow each other
// to one viewer are one message of it when the kernel can segment them (UDP_SEGMENT); elsewhere they are written one by one.
//
// Nothing in here waits for more to send: what is worth sending together is for the caller to gather.
package egress
