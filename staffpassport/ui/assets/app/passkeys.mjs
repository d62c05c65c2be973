// A form that is sent with a passkey in it, one that the browser makes or that the person shows. `data-passkey` says
// where its instructions come from, when the button is pressed. What goes wrong is sent as well: the server says it.
async function sendWithPasskey(form) {
  const answer = await begin(form)
  if (!answer) return
  form.elements.passkey.value = JSON.stringify(answer)
  form.submit()
}

async function begin(form) {
  try {
    const response = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form) })
    // Logged out meanwhile, or told to wait: the page itself knows where to go from here.
    if (response.redirected || !response.ok) return location.reload()
    const { publicKey } = await response.json()
    return publicKey.user ? made(await make(publicKey)) : given(await give(publicKey))
  } catch (problem) {
    return { problem: problem.name }
  }
}

function make(options) {
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials)
    }
  })
}

function give(options) {
  return navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials)
    }
  })
}

function made(credential) {
  const { clientDataJSON, attestationObject, getTransports } = credential.response
  return {
    ...named(credential),
    response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) },
    transports: getTransports ? getTransports.call(credential.response) : []
  }
}

function given(credential) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response
  return {
    ...named(credential),
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle)
    }
  }
}

function named({ id, type }) {
  return { id, rawId: id, type }
}

function withBytes(credentials) {
  return credentials?.map((one) => ({ ...one, id: bytes(one.id) }))
}

function bytes(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/")
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
}

function text(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)))
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
}

function offer(form) {
  let busy = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    await sendWithPasskey(form)
    busy = false
  })
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(offer)
  document.querySelectorAll("[data-with-passkeys]").forEach((part) => (part.hidden = false))
  document.querySelectorAll("[data-without-passkeys]").forEach((part) => part.remove())
}
