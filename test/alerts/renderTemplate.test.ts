import { expect, test } from 'vitest'
import { forecastPayload } from '../../src/alerts/payloads.js'
import { renderTemplate } from '../../src/alerts/renderTemplate.js'
import { forecastFacts } from '../support/forecastFacts.js'

const context = { publicUrl: 'http://127.0.0.1:3000', now: new Date('2025-06-13T22:00:00Z') }
const payload = forecastPayload('forecast.large_move', forecastFacts(), [], context)

test('a template says what it likes with the figures of the alert', () => {
  const template =
    '{{ data.ticker }}: {{ data.forecast.interval_80_pct[0] | round: 1 }} to {{ data.forecast.interval_80_pct | last }}'
  expect(renderTemplate(template, payload)).toBe('ACME: 0.1 to 2.5')
})

test.each([
  ['{{ data.constructor.constructor }}', ''],
  ['{{ data.__proto__.toString }}', ''],
  ['a\u0000\u202eb\r\nc', 'a  b \nc'],
])('%j reaches nothing but data', (template, expected) => {
  expect(renderTemplate(template, payload)).toBe(expected)
})

test.each([
  '{% for i in (1..1000000000) %}x{% endfor %}',
  '{% for i in (1..30000) %}{% for j in (1..30000) %}{% endfor %}{% endfor %}',
  "{% include '/etc/passwd' %}",
  "{% render '../../package.json' %}",
  "{% layout 'x' %}",
  '{{ data.ticker | no_such_filter }}',
  '{% if %}',
  'x'.repeat(5_001),
])('%j is refused', (template) => {
  expect(() => renderTemplate(template.slice(0, 6_000), payload)).toThrow('the template cannot be used')
})

test('what it gives is bounded', () => {
  expect(renderTemplate('{% for i in (1..3000) %}x{% endfor %}', payload)).toHaveLength(2_000)
})
