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

export interface Camera {
  readonly stream: MediaStream
  /** Turns the lamp on or off; null when there is none to command. */
  readonly torch: ((on: boolean) => Promise<void>) | null
  readonly close: () => void
}

export type CameraOpening =
  | { readonly ok: true; readonly camera: Camera }
  | { readonly ok: false; readonly code: CameraFailure }

/** Enough for a dense QR code at arm's length; more only costs time per frame. */
const wanted: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
}

/** Asks for the rear camera. The browser may ask the person first. */
export const openCamera = async (
  devices: MediaDevices | undefined = navigator.mediaDevices,
): Promise<CameraOpening> => {
  if (devices === undefined) return { ok: false, code: 'CAMERA_UNSUPPORTED' }
  try {
    const stream = await devices.getUserMedia(wanted)
    return {
      ok: true,
      camera: {
        stream,
        torch: torchOf(stream),
        close: () => {
          for (const track of stream.getTracks()) track.stop()
        },
      },
    }
  } catch (error) {
    return { ok: false, code: failureOf(error) }
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

// MediaStream Image Capture §6: `torch`, which the compiler's types leave out.
interface TorchCapabilities extends MediaTrackCapabilities {
  readonly torch?: boolean
}
interface TorchConstraint extends MediaTrackConstraintSet {
  readonly torch: boolean
}

const torchOf = (stream: MediaStream): Camera['torch'] => {
  const track = stream.getVideoTracks()[0]
  if (track === undefined || typeof track.getCapabilities !== 'function') return null
  const capabilities: TorchCapabilities = track.getCapabilities()
  if (capabilities.torch !== true) return null
  return async (on) => {
    const constraint: TorchConstraint = { torch: on }
    await track.applyConstraints({ advanced: [constraint] })
  }
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
