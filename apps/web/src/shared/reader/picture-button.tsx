import { useRef, useState } from 'react'
import { useMessages } from '../messages/index.ts'
import { Button, Notice, Working } from '../ui/index.ts'
import { pageDecoder } from './decoder.ts'
import { filePixels } from './picture-pixels.ts'
import { readerMessages } from './reader-messages.ts'
import { type CodeKind, type Texts, textsOf } from './reading-options.ts'

type FileFailure = 'FILE_NOT_PICTURE' | 'FILE_NO_CODE' | 'readerBroken'

export interface PictureButtonProps {
  readonly accepts: readonly CodeKind[]
  /** Called with the texts of all codes on the photo. */
  readonly onRead: (texts: Texts) => void
}

/** Reads the code on a photo or a screenshot; the picture does not leave the device. */
export const PictureButton = ({ accepts, onRead }: PictureButtonProps) => {
  const t = useMessages(readerMessages)
  const input = useRef<HTMLInputElement>(null)
  const [reading, setReading] = useState(false)
  const [failure, setFailure] = useState<FileFailure | null>(null)

  const read = async (file: File): Promise<void> => {
    setReading(true)
    setFailure(null)
    const result = await readCodeOfFile(file, accepts)
    setReading(false)
    if (result.ok) onRead(result.texts)
    else setFailure(result.code)
  }

  return (
    <div className="stack-tight">
      <Button icon="camera" onPress={() => input.current?.click()} isDisabled={reading}>
        {t('chooseFile')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('chooseFile')}
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

type FileReading =
  | { readonly ok: true; readonly texts: Texts }
  | { readonly ok: false; readonly code: FileFailure }

const readCodeOfFile = async (file: File, accepts: readonly CodeKind[]): Promise<FileReading> => {
  const pixels = await filePixels(file, document)
  if (pixels === null) return { ok: false, code: 'FILE_NOT_PICTURE' }
  try {
    const codes = await pageDecoder().read(pixels, 'file')
    const [first, ...others] = textsOf(codes, accepts)
    return first === undefined
      ? { ok: false, code: 'FILE_NO_CODE' }
      : { ok: true, texts: [first, ...others] }
  } catch (error) {
    console.warn('CODE_READER_BROKEN', error)
    return { ok: false, code: 'readerBroken' }
  }
}
