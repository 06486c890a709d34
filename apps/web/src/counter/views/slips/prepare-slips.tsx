import type { SlipsAnswer } from '@sidep/contracts'
import { type FormEvent, useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { downloadFile, printSheets, sheetsPdf } from '../../../shared/documents/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { loadPart } from '../../../shared/offline/load-part.ts'
import { Button, Notice, TextField, Working } from '../../../shared/ui/index.ts'
import { useSlips } from '../../context.ts'
import { pagesMax, type SlipsState } from '../../slips/slips.ts'
import { slipsPerPage } from '../../slips/slips-per-page.ts'
import { ErrorNotice } from '../error-notice.tsx'
import { slipMessages } from './slip-messages.ts'

const pagesDefault = '3'

const pagesOf = (text: string): number | null => {
  const pages = /^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : 0
  return pages >= 1 && pages <= pagesMax ? pages : null
}

/** The drawing and its encoder are large and seldom needed: fetched with the first print, then kept offline. */
const drawing = () => loadPart(() => import('../../slips/slip-sheet.ts'))

const printSlips = async (print: SlipsAnswer): Promise<void> => {
  const { slipSheets } = await drawing()
  await printSheets((measure) => slipSheets(print, measure))
}

const downloadSlips = async (print: SlipsAnswer): Promise<void> => {
  const { slipSheets, numbersOf } = await drawing()
  const bytes = await sheetsPdf((measure) => slipSheets(print, measure))
  downloadFile(bytes, `fiches-${numbersOf(print.slips).replace('–', '-')}.pdf`, 'application/pdf')
}

const rangeOf = ({ slips }: SlipsAnswer): string => {
  const numbers = [slips[0], slips.at(-1)].flatMap((slip) => (slip ? [slip.number] : []))
  return [...new Set(numbers)].map((number) => String(number).padStart(5, '0')).join('–')
}

type Doing = 'nothing' | 'taking' | 'drawing'

/** Takes numbers from the portal and puts them on paper. */
export const PrepareSlips = ({ last, isLastKept }: Pick<SlipsState, 'last' | 'isLastKept'>) => {
  const t = useMessages(slipMessages)
  const slips = useSlips()
  const [typed, setTyped] = useState(pagesDefault)
  const [isWrong, setIsWrong] = useState(false)
  const [doing, setDoing] = useState<Doing>('nothing')
  const [error, setError] = useState<ApiError | null>(null)
  const [hasDrawFailed, setHasDrawFailed] = useState(false)
  const pages = pagesOf(typed)

  const draw = async (work: () => Promise<void>): Promise<void> => {
    setHasDrawFailed(false)
    setDoing('drawing')
    try {
      await work()
    } catch (failure) {
      console.error('SLIPS_NOT_DRAWN', failure)
      setHasDrawFailed(true)
    }
    setDoing('nothing')
  }

  const prepare = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setIsWrong(pages === null)
    if (pages === null || doing !== 'nothing') return
    setError(null)
    setDoing('taking')
    const taken = await slips.take(pages)
    if ('slips' in taken) await draw(() => printSlips(taken))
    else {
      setError(taken)
      setDoing('nothing')
    }
  }

  return (
    <section className="panel" aria-labelledby="prepare-title">
      <h2 id="prepare-title">{t('prepareTitle')}</h2>
      <form className="stack" onSubmit={(event) => void prepare(event)}>
        <TextField
          label={t('pages')}
          value={typed}
          onChange={(text) => {
            setTyped(text)
            setIsWrong(false)
          }}
          inputMode="numeric"
          description={
            pages === null
              ? t('pagesHelp', { max: pagesMax })
              : `${t('makes', { count: pages * slipsPerPage })} ${t('pagesHelp', { max: pagesMax })}`
          }
          error={isWrong ? t('pagesWrong', { max: pagesMax }) : null}
        />
        <Button
          type="submit"
          variant="primary"
          size="large"
          icon="printer"
          isPending={doing === 'taking'}
        >
          {t('prepare')}
        </Button>
      </form>
      {doing !== 'nothing' && <Working>{t(doing === 'taking' ? 'preparing' : 'drawing')}</Working>}
      {error && <ErrorNotice error={error} title={t('prepareFailed')} />}
      {hasDrawFailed && (
        <Notice tone="bad" live="alert">
          <p>{t('drawFailed')}</p>
        </Notice>
      )}
      {last !== null && (
        <Notice tone="info" title={t('readyTitle', { numbers: rangeOf(last) })}>
          <p>{t(isLastKept ? 'readyHelp' : 'keepFailed')}</p>
          <div className="actions">
            <Button icon="printer" onPress={() => void draw(() => printSlips(last))}>
              {t('print')}
            </Button>
            <Button icon="download" onPress={() => void draw(() => downloadSlips(last))}>
              {t('pdf')}
            </Button>
            <Button variant="quiet" icon="tick" onPress={() => void slips.forgetLast()}>
              {t('cameOut')}
            </Button>
          </div>
        </Notice>
      )}
    </section>
  )
}
