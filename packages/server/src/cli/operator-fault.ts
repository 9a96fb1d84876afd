// What only the operator can mend.

/** The message is one line that names the variable, folder or option, and what to do; no stack is needed beside it. */
export class OperatorFault extends Error {
  override readonly name = 'OperatorFault'
}
