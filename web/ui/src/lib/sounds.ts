interface Note {
  hz: number;
  atS: number;
}

const call: Note[] = [
  { hz: 880, atS: 0 },
  { hz: 660, atS: 0.28 },
  { hz: 880, atS: 0.56 },
  { hz: 1100, atS: 0.84 },
];
const test: Note[] = [
  { hz: 523, atS: 0 },
  { hz: 659, atS: 0.3 },
  { hz: 784, atS: 0.6 },
];
const noteS = 0.26;

/** The sound of being called; resolves false when the browser holds sound back. */
export function playCall(): Promise<boolean> {
  return play(call, 0.5);
}

/** The sound of the loudspeaker test. */
export function playTest(): Promise<boolean> {
  return play(test, 0.3);
}

async function play(notes: Note[], volume: number): Promise<boolean> {
  const context = new AudioContext();
  if (context.state !== 'running') {
    // resume() stays pending for ever where a click is missing.
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
  }
  const ran = context.state === 'running';
  if (ran) {
    for (const note of notes) strike(context, note, volume);
    await new Promise((done) => setTimeout(done, ((notes.at(-1)?.atS ?? 0) + 2 * noteS) * 1000));
  }
  await context.close();
  return ran;
}

function strike(context: AudioContext, note: Note, volume: number) {
  const start = context.currentTime + note.atS;
  const gain = new GainNode(context, { gain: 0 });
  const tone = new OscillatorNode(context, { type: 'triangle', frequency: note.hz });
  // Soft edges: a tone that is cut off clicks.
  gain.gain.linearRampToValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.02);
  gain.gain.linearRampToValueAtTime(0, start + noteS);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + noteS);
}
