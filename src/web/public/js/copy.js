// A button beside each address that copies it; without script, or where a page may not write there, it can be selected.

for (const input of document.querySelectorAll('input[data-copy]')) {
  input.addEventListener('focus', () => input.select())
  if (!navigator.clipboard) continue
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(input.value)
    button.textContent = 'Copied'
  })
  input.after(button)
}
