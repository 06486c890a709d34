import type { Catalogue } from '@sidep/contracts'
import { shownDevice } from '../../../shared/documents/catalogue-words.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import type { CellFault } from '../../catch-up/check-row.ts'
import type { Column } from '../../catch-up/columns.ts'
import { messages } from '../../messages.ts'
import { faultKey } from '../../words.ts'
import { catchUpMessages } from './catch-up-messages.ts'

/** A cell as it is shown while one moves about; typing begins from {@link editTextOf}. */
export const useCellWords = () => {
  const t = useMessages(catchUpMessages)
  const form = useMessages(messages)
  return {
    column: (column: Column): string => t(`column_${column}`),
    shown: (column: Column, text: string, catalogue: Catalogue | null): string => {
      if (column === 'device') return editTextOf(column, text, catalogue)
      if (column !== 'result') return text
      return text === 'N'
        ? t('resultN')
        : text === 'P'
          ? t('resultP')
          : text === 'I'
            ? t('resultI')
            : text
    },
    fault: (fault: CellFault): string => {
      switch (fault) {
        case 'SERIAL_FORM':
        case 'SERIAL_CHECK':
        case 'SERIAL_SITE':
        case 'SERIAL_OTHER_SITE':
        case 'SERIAL_TWICE':
        case 'SERIAL_UNKNOWN':
        case 'SERIAL_USED':
        case 'SEX_UNREADABLE':
        case 'RESULT_UNREADABLE':
        case 'CLOCK_UNREADABLE':
        case 'DEVICE_NONE':
        case 'DEVICE_SEVERAL':
        case 'CELL_TOO_LONG':
        case 'SAMPLED_TOO_OLD':
          return t(`fault_${fault}`)
        default:
          return form(faultKey(fault))
      }
    },
  }
}

/** What typing into a cell begins with: a device by its name, as people know it. */
export const editTextOf = (column: Column, text: string, catalogue: Catalogue | null): string =>
  column === 'device' ? deviceWords(text, catalogue) : text

const deviceWords = (text: string, catalogue: Catalogue | null): string => {
  const device = catalogue?.devices.find(({ id }) => id === text)
  return device === undefined ? text : shownDevice(device)
}
