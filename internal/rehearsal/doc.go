// Package rehearsal is a fleet of simulated stations, for demonstrations, tests and load figures. Each is a client of the public
// protocol like any other, with a real WebRTC connection: it sends a picture with its unit's name and a clock, answers when it
// is called, and sends a tone while the server wants its sound. What it receives it counts, without decrypting what nobody looks
// at. Only the cameras are simulated.
package rehearsal
