/** The part of the PDF library that takes files apart, in a worker of ours. */
import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs'
