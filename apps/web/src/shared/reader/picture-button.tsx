import { useRef, useState } from 'react'
import { useMessages } from '../messages/index.ts'
import { loadPart } from '../offline/load-part.ts'
import { Button, Notice, Working } from '../ui/index.ts'
import type { FileFailure, FileReading } from './file-codes.ts'
import { readerMessages } from './reader-messages.ts'
import type { CodeKind, Texts } from './reading-options.ts'

/** Begun to be loaded when somebody goes to choose a file: once there is one, nothing is fetched for it any more. */
const fileCodes = () => loadPart(() => import('./file-codes.ts'))

export interface PictureButtonProps {
  readonly accepts: readonly CodeKind[]
  /** A PDF may be chosen, too. */
  readonly withPdf?: boolean
  /** Called with the texts of all codes in the file. */
  readonly onRead: (texts: Texts) => void
}

/** Reads the code on a photo, a screenshot or a PDF; the file does not leave the device. */
export const PictureButton = ({ accepts, withPdf = false, onRead }: PictureButtonProps) => {
  const t = useMessages(readerMessages)
  const input = useRef<HTMLInputElement>(null)
  const [reading, setReading] = useState(false)
  const [failure, setFailure] = useState<FileFailure | null>(null)

  const readFile = async (file: File): Promise<FileReading> => {
    try {
      const { readCodeOfFile } = await fileCodes()
      return await readCodeOfFile(file, accepts, withPdf)
    } catch (error) {
      console.warn('FILE_READER_NOT_LOADED', error)
      return { ok: false, code: 'readerBroken' }
    }
  }
  const read = async (file: File): Promise<void> => {
    setReading(true)
    setFailure(null)
    const result = await readFile(file)
    setReading(false)
    if (result.ok) onRead(result.texts)
    else setFailure(result.code)
  }

  const words = t(withPdf ? 'chooseDocument' : 'chooseFile')
  const choose = (): void => {
    // Said when a file is there, if it does not come.
    fileCodes()
      .then(({ preparePdf }) => withPdf && preparePdf())
      .catch((error: unknown) => console.warn('FILE_READER_NOT_LOADED', error))
    input.current?.click()
  }

  return (
    <div className="stack-tight">
      <Button icon="camera" onPress={choose} isDisabled={reading}>
        {words}
      </Button>
      <input
        ref={input}
        type="file"
        accept={withPdf ? 'image/*,application/pdf' : 'image/*'}
        hidden
        aria-label={words}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          // The same file may be chosen again after a failure.
          event.currentTarget.value = ''
          if (file !== undefined) void read(file)
        }}
      />
      {reading && <Working>{t('fileReading')}</Working>}
      {failure !== null && (
        <Notice tone="warn" live="status">
          <p>{t(failure)}</p>
        </Notice>
      )}
    </div>
  )
}
