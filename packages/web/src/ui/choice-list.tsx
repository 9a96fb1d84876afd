// A choice of one among a few, as radio buttons with a line of explanation each.
import { useId } from 'react'
import './choice-list.css'

interface ChoiceListProps<T extends string> {
  legend: string
  value: T
  choices: readonly { readonly value: T; readonly label: string; readonly hint?: string }[]
  onChange: (value: T) => void
}

export function ChoiceList<T extends string>({ legend, value, choices, onChange }: ChoiceListProps<T>) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend className="choices-legend">{legend}</legend>
      <div className="choices-row">
        {choices.map((choice) => (
          <label key={choice.value} className="choice">
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span className="choice-text">
              <span className="choice-label">{choice.label}</span>
              {choice.hint !== undefined && <span className="choice-hint">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
