import { useEffect, useRef, useState } from 'react'
import './reader.css'
import { useMessages } from '../messages/index.ts'
import { Button, Notice } from '../ui/index.ts'
import type { Camera } from './camera.ts'
import { CameraControls } from './camera-controls.tsx'
import { readerMessages } from './reader-messages.ts'
import { type CodeKind, type FoundCode, type Texts, textsOf } from './reading-options.ts'
import { sightings } from './sightings.ts'
import { useCamera } from './use-camera.ts'
import { useScanning } from './use-scanning.ts'

export interface CodeCameraProps {
  /** The kinds of code to act on; others in the picture are ignored. */
  readonly accepts: readonly CodeKind[]
  /**
   * Called with the texts of all codes in the picture, once for each code shown; again only after it was out of the
   * picture.
   */
  readonly onRead: (texts: Texts) => void
  /** The camera keeps running, nothing is read. */
  readonly paused?: boolean
}

/** The camera's picture, reading codes; asks for the camera in words before the browser does. */
export const CodeCamera = ({ accepts, onRead, paused = false }: CodeCameraProps) => {
  const t = useMessages(readerMessages)
  const { state, open, choose } = useCamera()
  switch (state.kind) {
    case 'asking':
      return <div className="code-camera" />
    case 'waiting':
      return (
        <div className="code-camera stack">
          <p>{t('cameraWords')}</p>
          <Button variant="primary" size="large" icon="camera" onPress={open}>
            {t('cameraOpen')}
          </Button>
        </div>
      )
    case 'opening':
      return (
        <div className="code-camera">
          <p role="status">{t('cameraOpening')}</p>
        </div>
      )
    case 'failed':
      return (
        <div className="code-camera stack">
          <Notice tone="warn" live="status">
            <p>{t(state.code)}</p>
          </Notice>
          {state.code !== 'CAMERA_UNSUPPORTED' && (
            <Button onPress={open}>{t('cameraRetry')}</Button>
          )}
        </div>
      )
    case 'running':
      return (
        <RunningCamera
          camera={state.camera}
          onChoose={choose}
          accepts={accepts}
          onRead={onRead}
          paused={paused}
        />
      )
  }
}

interface RunningProps extends Required<CodeCameraProps> {
  readonly camera: Camera
  readonly onChoose: (id: string) => void
}

const RunningCamera = ({ camera, onChoose, accepts, onRead, paused }: RunningProps) => {
  const t = useMessages(readerMessages)
  const video = useRef<HTMLVideoElement>(null)
  const inSight = useRef(sightings())
  const [broken, setBroken] = useState(false)

  useEffect(() => {
    if (video.current !== null) video.current.srcObject = camera.stream
  }, [camera])

  useEffect(() => {
    if (!paused) inSight.current.resume(performance.now())
  }, [paused])

  const act = (codes: readonly FoundCode[]): void => {
    const wanted = codes.filter(({ kind }) => accepts.includes(kind))
    const due = inSight.current.see(wanted, performance.now())
    const [first, ...others] = textsOf(due, accepts)
    if (first !== undefined) onRead([first, ...others])
  }
  useScanning(video, !paused && !broken, act, () => setBroken(true))

  return (
    <div className="code-camera running">
      <video ref={video} autoPlay muted playsInline aria-label={t('cameraView')} />
      <div className="aim" aria-hidden="true" />
      <p className="hint">{t('cameraAim')}</p>
      <CameraControls camera={camera} onChoose={onChoose} />
      {broken && (
        <Notice tone="bad" live="alert">
          <p>{t('readerBroken')}</p>
        </Notice>
      )}
    </div>
  )
}
