/** The shapes that the gate checks on every request, compiled once. */
import { ResultInput, ScreeningInput } from '@sidep/contracts'
import { Compile } from 'typebox/compile'

export const screeningShape = Compile(ScreeningInput)
export const resultShape = Compile(ResultInput)
