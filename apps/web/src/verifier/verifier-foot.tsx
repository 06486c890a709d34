import { memo } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { type CodeKind, PictureButton, type Texts } from '../shared/reader/index.ts'
import { Button } from '../shared/ui/index.ts'
import { footMessages } from './foot-messages.ts'
import type { Tally } from './tally.ts'
import { TallyLine } from './tally-line.tsx'
import { TypedCode } from './typed-code.tsx'

interface FootProps {
  /** Kinds of code that are taken from a picture. */
  readonly accepts: readonly CodeKind[]
  readonly tally: Tally
  /** There is something to verify with. */
  readonly isReady: boolean
  readonly sound: boolean
  readonly onRead: (texts: Texts) => void
  readonly onResetTally: () => void
  readonly onSound: (sound: boolean) => void
  readonly onShare: () => void
}

/** Below the camera: the count of the evening, and the ways without a camera. Drawn again only when something of it changed. */
export const VerifierFoot = memo(
  ({ accepts, tally, isReady, sound, onRead, onResetTally, onSound, onShare }: FootProps) => {
    const t = useMessages(footMessages)
    return (
      <div className="verifier-foot">
        <TallyLine tally={tally} onReset={onResetTally} />
        {isReady && (
          <div className="verifier-other">
            <PictureButton accepts={accepts} withPdf onRead={onRead} />
            <TypedCode onVerify={(text) => onRead([text])} />
          </div>
        )}
        <Button onPress={() => onSound(!sound)}>{t(sound ? 'soundOff' : 'soundOn')}</Button>
        {isReady && <Button onPress={onShare}>{t('share')}</Button>}
        <p className="small muted">{t('privacy')}</p>
      </div>
    )
  },
)
