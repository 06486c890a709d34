import { useCallback, useEffect, useRef, useState } from 'react'
import { type Camera, type CameraFailure, cameraPermission, openCamera } from './camera.ts'

/**
 * - `asking`: looking whether the camera may be opened without a question
 * - `waiting`: words first; `open` brings the browser's question up
 * - `opening`, `running`
 * - `failed`: with its code; `open` tries again
 */
type CameraState =
  | { readonly kind: 'asking' | 'waiting' | 'opening' }
  | { readonly kind: 'running'; readonly camera: Camera }
  | { readonly kind: 'failed'; readonly code: CameraFailure }

export interface CameraControl {
  readonly state: CameraState
  readonly open: () => void
  /** Goes over to another camera, which is kept as long as the page is open. */
  readonly choose: (id: string) => void
}

/**
 * Holds the camera while the component is mounted and the page visible: it is released when the page is
 * hidden (so that the phone's light goes out in a pocket) and taken again when it is shown.
 */
export const useCamera = (): CameraControl => {
  const [state, setState] = useState<CameraState>({ kind: 'asking' })
  const held = useRef<Camera | null>(null)
  // Counts openings: an answer that comes after the page moved on is closed, not used.
  const opening = useRef(0)
  const chosen = useRef<string | null>(null)

  const release = useCallback(() => {
    opening.current += 1
    held.current?.close()
    held.current = null
  }, [])

  const open = useCallback(async () => {
    release()
    const mine = opening.current
    setState({ kind: 'opening' })
    const result = await openCamera(navigator.mediaDevices, chosen.current)
    if (mine !== opening.current) {
      if (result.ok) result.camera.close()
      return
    }
    if (!result.ok) {
      setState({ kind: 'failed', code: result.code })
      return
    }
    held.current = result.camera
    setState({ kind: 'running', camera: result.camera })
  }, [release])

  useEffect(() => {
    let mounted = true
    void cameraPermission().then((permission) => {
      if (!mounted) return
      if (permission === 'granted') void open()
      else if (permission === 'denied') setState({ kind: 'failed', code: 'CAMERA_DENIED' })
      else setState({ kind: 'waiting' })
    })
    return () => {
      mounted = false
      release()
    }
  }, [open, release])

  useEffect(() => {
    const followVisibility = () => {
      if (document.hidden) release()
      else if (state.kind === 'running') void open()
    }
    document.addEventListener('visibilitychange', followVisibility)
    return () => document.removeEventListener('visibilitychange', followVisibility)
  }, [state.kind, open, release])

  const choose = (id: string): void => {
    chosen.current = id
    void open()
  }
  return { state, open: () => void open(), choose }
}
