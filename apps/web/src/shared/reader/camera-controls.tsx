import { useState } from 'react'
import { useMessages } from '../messages/index.ts'
import { Button } from '../ui/index.ts'
import { type Camera, nextCamera, type Zoom, zoomStep } from './camera.ts'
import { readerMessages } from './reader-messages.ts'

interface ControlsProps {
  readonly camera: Camera
  readonly onChoose: (id: string) => void
}

/** Lamp, zoom and the other camera, each where the phone has it. */
export const CameraControls = ({ camera, onChoose }: ControlsProps) => {
  const t = useMessages(readerMessages)
  const next = nextCamera(camera)
  return (
    <div className="camera-controls">
      {camera.torch !== null && <TorchButton torch={camera.torch} />}
      {camera.zoom !== null && <ZoomButtons zoom={camera.zoom} />}
      {next !== null && <Button onPress={() => onChoose(next.id)}>{t('cameraOther')}</Button>}
    </div>
  )
}

const TorchButton = ({ torch }: { readonly torch: (on: boolean) => Promise<void> }) => {
  const t = useMessages(readerMessages)
  const [on, setOn] = useState(false)
  const toggle = (): void => {
    torch(!on)
      .then(() => setOn(!on))
      // The lamp is a help: a device that refuses it goes on without.
      .catch((error: unknown) => console.warn('TORCH_REFUSED', error))
  }
  return <Button onPress={toggle}>{on ? t('torchOff') : t('torchOn')}</Button>
}

const ZoomButtons = ({ zoom }: { readonly zoom: Zoom }) => {
  const t = useMessages(readerMessages)
  const [now, setNow] = useState(zoom.now)
  const go = (factor: number): void => {
    zoom
      .set(factor)
      .then(() => setNow(factor))
      // As the lamp.
      .catch((error: unknown) => console.warn('ZOOM_REFUSED', error))
  }
  const [nearer, further] = [zoomStep(zoom, now, 'in'), zoomStep(zoom, now, 'out')]
  return (
    <>
      <Button isDisabled={nearer === null} onPress={() => nearer !== null && go(nearer)}>
        {t('zoomIn')}
      </Button>
      <Button isDisabled={further === null} onPress={() => further !== null && go(further)}>
        {t('zoomOut')}
      </Button>
    </>
  )
}
