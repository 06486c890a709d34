import { useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { CodeCamera, PictureButton, type Texts } from '../../shared/reader/index.ts'
import { Notice } from '../../shared/ui/index.ts'
import { looksLikeIns } from '../form/keys.ts'
import { messages } from '../messages.ts'

/** The camera for the INS DataMatrix of a health document or of an application's screen. */
export const InsScanner = ({ onRead }: { readonly onRead: (text: string) => void }) => {
  const t = useMessages(messages)
  const [isOther, setIsOther] = useState(false)
  const take = (texts: Texts): void => {
    const text = texts.find(looksLikeIns)
    if (text === undefined) setIsOther(true)
    else onRead(text)
  }
  return (
    <div className="stack">
      <CodeCamera accepts={['datamatrix']} onRead={take} />
      {isOther && (
        <Notice tone="warn" live="status">
          <p>{t('insRefused')}</p>
        </Notice>
      )}
      <PictureButton accepts={['datamatrix']} onRead={take} />
    </div>
  )
}
