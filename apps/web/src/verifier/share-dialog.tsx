import { useEffect, useId, useState } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { loadPart } from '../shared/offline/load-part.ts'
import { Button, Modal, Working } from '../shared/ui/index.ts'
import { trustMessages } from './trust-messages.ts'

interface ShareProps {
  /** The texts of the codes; null when there is nothing to hand on. */
  readonly texts: () => Promise<readonly string[] | null>
  readonly onClose: () => void
}

interface Drawn {
  readonly side: number
  readonly path: string
}

/** Long enough for a phone to read one, short enough for a dozen. */
const eachMilliseconds = 1_200

const drawAll = async (texts: readonly string[]): Promise<readonly Drawn[]> => {
  const { qrCode, qrQuietZoneModules, codeDrawing } = await loadPart(
    () => import('./share-codes.ts'),
  )
  return texts.map((text) => codeDrawing(qrCode(text), qrQuietZoneModules))
}

/** The data of this device as codes, one after the other, for a device without network to scan from its screen. */
export const ShareDialog = ({ texts, onClose }: ShareProps) => {
  const t = useMessages(trustMessages)
  const id = useId()
  const [codes, setCodes] = useState<readonly Drawn[] | 'none' | null>(null)
  const [place, setPlace] = useState(0)
  const [runs, setRuns] = useState(true)
  useEffect(() => {
    let mounted = true
    const draw = async (): Promise<void> => {
      const found = await texts()
      const drawn = found === null ? 'none' : await drawAll(found)
      if (mounted) setCodes(drawn)
    }
    draw().catch((error: unknown) => {
      console.warn('SHARE_NOT_DRAWN', error)
      if (mounted) setCodes('none')
    })
    return () => {
      mounted = false
    }
  }, [texts])
  const count = codes === null || codes === 'none' ? 0 : codes.length
  useEffect(() => {
    if (!runs || count < 2) return
    const timer = setInterval(() => setPlace((before) => (before + 1) % count), eachMilliseconds)
    return () => clearInterval(timer)
  }, [runs, count])
  const drawn = codes === null || codes === 'none' ? null : (codes[place] ?? null)
  return (
    <Modal className="mode-dialog" labelledBy={id} onClose={onClose}>
      <h2 id={id}>{t('shareTitle')}</h2>
      <p>{t('shareWords')}</p>
      {codes === null && <Working />}
      {codes === 'none' && <p>{t('shareNone')}</p>}
      {drawn !== null && (
        <>
          <svg
            className="share-code"
            viewBox={`0 0 ${drawn.side} ${drawn.side}`}
            role="img"
            aria-label={t('sharePlace', { place: place + 1, count })}
            shapeRendering="crispEdges"
          >
            <rect width={drawn.side} height={drawn.side} fill="#fff" />
            <path d={drawn.path} fill="#000" />
          </svg>
          <p className="number">{t('sharePlace', { place: place + 1, count })}</p>
          <div className="share-ways">
            <Button onPress={() => setRuns(!runs)}>{t(runs ? 'sharePause' : 'shareRun')}</Button>
            <Button
              onPress={() => {
                setRuns(false)
                setPlace((place + 1) % count)
              }}
            >
              {t('shareNext')}
            </Button>
          </div>
        </>
      )}
      <Button variant="primary" wide onPress={onClose}>
        {t('shareClose')}
      </Button>
    </Modal>
  )
}
