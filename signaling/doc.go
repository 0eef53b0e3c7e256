// Package signaling holds one websocket a page, and is the only place where media and roll call meet: it turns commands of
// pages into commands of the session, the session's state into what each page's lines are to show, and what happens in the
// media plane into states that pages can see. docs/protocol.md describes what travels.
package signaling
