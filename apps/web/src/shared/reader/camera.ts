/** Opening the camera, with every way it can fail named. */

export type CameraFailure =
  /** The person or a policy said no. */
  | 'CAMERA_DENIED'
  /** There is none. */
  | 'CAMERA_ABSENT'
  /** Another program holds it. */
  | 'CAMERA_BUSY'
  /** This browser cannot, or the page is not on a secure origin. */
  | 'CAMERA_UNSUPPORTED'

export interface Zoom {
  readonly least: number
  readonly most: number
  /** As the camera has it now. */
  readonly now: number
  readonly set: (factor: number) => Promise<void>
}

/** One of the cameras of a device. */
export interface CameraChoice {
  readonly id: string
  /** As the system calls it; may be empty. */
  readonly label: string
}

export interface Camera {
  readonly stream: MediaStream
  /** Turns the lamp on or off; null when there is none to command. */
  readonly torch: ((on: boolean) => Promise<void>) | null
  /** Null when there is none to command. */
  readonly zoom: Zoom | null
  /** Which of the cameras it is; null when the browser does not say. */
  readonly id: string | null
  /** All that the device has, told once one of them is open. */
  readonly choices: readonly CameraChoice[]
  readonly close: () => void
}

export type CameraOpening =
  | { readonly ok: true; readonly camera: Camera }
  | { readonly ok: false; readonly code: CameraFailure }

/** Enough for a dense QR code at arm's length; more only costs time per frame. */
const size = { width: { ideal: 1280 }, height: { ideal: 720 } } as const

/** The one that was chosen, else the one on the back. */
const wanted = (id: string | null): MediaStreamConstraints => ({
  audio: false,
  video:
    id === null
      ? { facingMode: { ideal: 'environment' }, ...size }
      : { deviceId: { exact: id }, ...size },
})

/**
 * Asks for a camera, the rear one unless another is named. The browser may ask the person first.
 *
 * @param id of a camera that was listed; one that is gone since gives way to the rear one
 */
export const openCamera = async (
  devices: MediaDevices | undefined = navigator.mediaDevices,
  id: string | null = null,
): Promise<CameraOpening> => {
  if (devices === undefined) return { ok: false, code: 'CAMERA_UNSUPPORTED' }
  try {
    const stream = await devices.getUserMedia(wanted(id))
    const track = stream.getVideoTracks()[0]
    return {
      ok: true,
      camera: {
        stream,
        torch: torchOf(track),
        zoom: zoomOf(track),
        id: track?.getSettings().deviceId ?? null,
        choices: await cameraChoices(devices),
        close: () => {
          for (const one of stream.getTracks()) one.stop()
        },
      },
    }
  } catch (error) {
    const code = failureOf(error)
    return id !== null && code === 'CAMERA_ABSENT' ? await openCamera(devices) : { ok: false, code }
  }
}

const cameraChoices = async (devices: MediaDevices): Promise<readonly CameraChoice[]> => {
  try {
    return (await devices.enumerateDevices())
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }))
  } catch (error) {
    // The one that is open works all the same.
    console.warn('CAMERAS_NOT_LISTED', error)
    return []
  }
}

/** Media Capture and Streams §10.2: names of the exceptions of getUserMedia. */
export const failureOf = (error: unknown): CameraFailure => {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'CAMERA_DENIED'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'CAMERA_ABSENT'
  if (name === 'NotReadableError' || name === 'AbortError') return 'CAMERA_BUSY'
  return 'CAMERA_UNSUPPORTED'
}

// MediaStream Image Capture §6: `torch` and `zoom`, which the compiler's types leave out.
interface ImageCapabilities extends MediaTrackCapabilities {
  readonly torch?: boolean
  readonly zoom?: { readonly min: number; readonly max: number }
}
interface ImageSettings extends MediaTrackSettings {
  readonly zoom?: number
}
interface ImageConstraint extends MediaTrackConstraintSet {
  readonly torch?: boolean
  readonly zoom?: number
}

const capabilitiesOf = (track: MediaStreamTrack): ImageCapabilities =>
  typeof track.getCapabilities === 'function' ? track.getCapabilities() : {}

const constrain = (track: MediaStreamTrack, constraint: ImageConstraint): Promise<void> =>
  track.applyConstraints({ advanced: [constraint] })

const torchOf = (track: MediaStreamTrack | undefined): Camera['torch'] => {
  if (track === undefined || capabilitiesOf(track).torch !== true) return null
  return (on) => constrain(track, { torch: on })
}

const zoomOf = (track: MediaStreamTrack | undefined): Zoom | null => {
  if (track === undefined) return null
  const { zoom } = capabilitiesOf(track)
  if (zoom === undefined || !(zoom.max > zoom.min)) return null
  const settings: ImageSettings = track.getSettings()
  return {
    least: zoom.min,
    most: zoom.max,
    now: settings.zoom ?? zoom.min,
    set: (factor) => constrain(track, { zoom: factor }),
  }
}

/** Nearer or further by half; null at the end of what the camera can. */
export const zoomStep = (
  { least, most }: Pick<Zoom, 'least' | 'most'>,
  now: number,
  direction: 'in' | 'out',
): number | null => {
  const next = direction === 'in' ? Math.min(most, now * 1.5) : Math.max(least, now / 1.5)
  return Math.abs(next - now) < 0.01 ? null : next
}

/** The camera after the one that is open, round and round; null when there is no other. */
export const nextCamera = ({
  choices,
  id,
}: Pick<Camera, 'choices' | 'id'>): CameraChoice | null => {
  if (choices.length < 2) return null
  const place = choices.findIndex((choice) => choice.id === id)
  return choices[(place + 1) % choices.length] ?? null
}

export type CameraPermission = 'granted' | 'prompt' | 'denied'

/** What opening the camera would do now; `prompt` where the browser does not tell. */
export const cameraPermission = async (): Promise<CameraPermission> => {
  if (navigator.mediaDevices === undefined || navigator.permissions === undefined) return 'prompt'
  try {
    return (await navigator.permissions.query({ name: 'camera' })).state
  } catch {
    // Browsers that do not know the name throw TypeError: ask with words first, as if never asked.
    return 'prompt'
  }
}
