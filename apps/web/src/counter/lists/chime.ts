/** Two short notes, soft enough for a room with people in it. */
const notes = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.16 },
] as const
const noteSeconds = 0.3
const loudness = 0.12

/** A browser that plays nothing, or not yet, is silent: the title and the list say the same. */
export const chime = (): void => {
  if (typeof AudioContext === 'undefined') return
  const audio = new AudioContext()
  for (const { hertz, at } of notes) {
    const start = audio.currentTime + at
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(loudness, start + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds)
    tone.connect(volume).connect(audio.destination)
    tone.start(start)
    tone.stop(start + noteSeconds)
    if (at > 0) tone.onended = () => void audio.close()
  }
}
