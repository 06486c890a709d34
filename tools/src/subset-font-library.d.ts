/** The part of subset-font 2.9 that the tool uses; the package brings no types of its own. */
declare module 'subset-font' {
  /** @param text the characters to keep, those that the font has */
  const subset: (
    font: Buffer,
    text: string,
    options: {
      readonly targetFormat: 'sfnt'
      readonly noHinting: boolean
      readonly dropTables: readonly string[]
      readonly preserveNameIds: readonly number[]
    },
  ) => Promise<Buffer>
  export default subset
}
