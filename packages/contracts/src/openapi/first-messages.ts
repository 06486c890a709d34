/**
 * Scripts for somebody who has only the page: the first screening of a vendor's software and the first result of a
 * laboratory, in Python's standard library, and the latter in a shell too. Tests take them from the page and run them.
 */
export const firstScreening = String.raw`# First accepted screening: python3 first.py http://127.0.0.1:8090   (Python 3.9 or newer, openssl; nothing to install)
import base64, datetime, json, os, secrets, subprocess, sys, tempfile, time
import urllib.error, urllib.parse, urllib.request

portal = sys.argv[1].rstrip("/")
folder = tempfile.mkdtemp()
key, public = os.path.join(folder, "client.pem"), os.path.join(folder, "client.pub.pem")


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


def ask(method, path, body=None, **headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None and not isinstance(body, bytes):
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(portal + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refused:
        # A problem document: its code says what to do, its title what to show.
        sys.exit(f"refused {refused.code}: {refused.read().decode()}")
    return json.loads(text) if text else None


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion():
    """Who we are, signed by our key: a JWT with ES256 (RFC 7523). It counts once."""
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": metadata["issuer"],
              "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16)}
    parts = [{"alg": "ES256", "typ": "JWT"}, claims]
    signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    der = openssl("dgst", "-sha256", "-sign", key, data=signed.encode())
    # openssl writes two DER integers; JWS has r and s, 32 bytes each.
    r_length = der[3]
    r, s = der[4:4 + r_length], der[6 + r_length:]
    return signed + "." + base64url(r.lstrip(b"\0").rjust(32, b"\0") + s.lstrip(b"\0").rjust(32, b"\0"))


def form(address, **fields):
    fields["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    fields["client_assertion"] = assertion()
    path = urllib.parse.urlsplit(address).path
    body = urllib.parse.urlencode(fields).encode()
    return ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})


def uuid7():
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + secrets.token_bytes(10))
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


# 1. A key of our own, and an entry at the sandbox.
openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
openssl("ec", "-in", key, "-pubout", "-out", public)
with open(public) as file:
    client = ask("POST", "/sandbox/vendors", {"name": "First message", "publicKey": file.read()})["clientId"]
metadata = ask("GET", "/.well-known/oauth-authorization-server")

# 2. We ask to work for a professional. At a real portal they type the code at the counter; here the test professional accepts.
pairing = form(metadata["device_authorization_endpoint"], scope="screenings.record screenings.read", site="750712184")
ask("POST", f"/sandbox/pairings/{pairing['user_code']}/accept")

# 3. A token for some minutes.
token = form(metadata["token_endpoint"], grant_type="urn:ietf:params:oauth:grant-type:device_code",
             device_code=pairing["device_code"])["access_token"]

# 4. The screening. Its id is ours: sent again under it, it is the same screening.
sampled = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=20)
screening = {
    "id": uuid7(),
    "person": {"familyName": "TESTNOM", "firstNames": "ANNE", "birthDate": "1984-02-29", "sex": "F"},
    "kind": "antigen",
    "device": "1232",
    "sampledAt": sampled.isoformat(timespec="seconds"),
    "result": "negative",
}
answer = ask("POST", "/api/screenings", screening, Authorization="Bearer " + token)
print("recorded", answer["certificate"]["uvci"])
`

export const firstResult = String.raw`# First accepted result of a laboratory: python3 result.py localhost 2575 data/laboratory   (standard library only)
import datetime, secrets, socket, ssl, sys

host, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
now = datetime.datetime.now(datetime.timezone.utc)
sampled = now - datetime.timedelta(hours=3)


def moment(at):
    return at.strftime("%Y%m%d%H%M%S+0000")


number = "T" + secrets.token_hex(6)
message = "\r".join([
    f"MSH|^~\\&|LABTEST|750712184|SIDEP|ETAT|{moment(now)}||ORU^R01^ORU_R01|{number}|P|2.5.1|||AL|NE|FRA|UNICODE UTF-8",
    "PID|1||4242^^^LABTEST&1.2.250.1.99&ISO^PI||TESTNOM^ANNE^^^^^L||19790311|F",
    f"ORC|RE|{number}|{number}|||||||||899700075122^TESTMEDECIN^ZOE^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
    f"OBR|1|{number}|{number}|94500-6^ARN SARS-CoV-2^LN|||{moment(sampled)}|||||||||||||||{moment(now)}|||F",
    f"OBX|1|CWE|94500-6^ARN SARS-CoV-2^LN||260415000^Non detecte^SCT||||||F|||{moment(sampled)}|||||{moment(now)}",
    f"SPM|1|^{number}||258500001^Nasopharyngeal swab^SCT|||||||||||||{moment(sampled)}",
    "",
])

context = ssl.create_default_context(cafile=f"{folder}/authority.pem")
context.load_cert_chain(f"{folder}/laboratory.certificate.pem", f"{folder}/laboratory.key.pem")
with socket.create_connection((host, port), timeout=20) as plain:
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        # MLLP: one byte before, two after.
        connection.sendall(b"\x0b" + message.encode() + b"\x1c\r")
        answer = b""
        while b"\x1c" not in answer:
            chunk = connection.recv(4096)
            if not chunk:
                sys.exit("the connection ended without an answer")
            answer += chunk

segments = answer.strip(b"\x0b\x1c\r").decode().split("\r")
code = next(one for one in segments if one.startswith("MSA")).split("|")[1]
if code not in ("AA", "CA"):
    # Each ERR names the field, the rule and what to mend.
    sys.exit("\n".join(segments))
print("accepted", code)
`

/** The same result by HL7 and by FHIR, for whoever has a shell, openssl and curl. */
export const firstResultByShell = String.raw`# First accepted results of a laboratory: sh result.sh localhost 2575 2577 data/laboratory   (openssl, curl)
set -eu
host=$1 mllp=$2 fhir=$3 folder=$4
number=T$(openssl rand -hex 6)
moment() { date -u -d "@$1" "+$2" 2>/dev/null || date -u -r "$1" "+$2"; }
now=$(date -u +%s)
sampled=$((now - 10800))
message_time=$(moment $now %Y%m%d%H%M%S)+0000
sample_time=$(moment $sampled %Y%m%d%H%M%S)+0000

# 1. HL7 v2.5.1 over MLLP: one byte before the message, two after it, a carriage return after each segment.
message() {
  printf '%s\r' \
    "MSH|^~\\&|LABTEST|750712184|SIDEP|ETAT|$message_time||ORU^R01^ORU_R01|$number|P|2.5.1|||AL|NE|FRA|UNICODE UTF-8" \
    "PID|1||4242^^^LABTEST&1.2.250.1.99&ISO^PI||TESTNOM^ANNE^^^^^L||19790311|F" \
    "OBR|1|$number|$number|94500-6^ARN SARS-CoV-2^LN|||$sample_time|||||||||||||||$message_time|||F" \
    "OBX|1|CWE|94500-6^ARN SARS-CoV-2^LN||260415000^Non detecte^SCT||||||F|||$sample_time|||||$message_time"
}
# The answer comes within a second; the connection is ours to end.
answer=$({ printf '\013'; message; printf '\034\r'; sleep 4; } |
  openssl s_client -quiet -no_ign_eof -connect "$host:$mllp" -verify_return_error -verify_hostname localhost \
    -CAfile "$folder/authority.pem" -cert "$folder/laboratory.certificate.pem" \
    -key "$folder/laboratory.key.pem" 2>/dev/null | tr '\r\013\034' '\n\n\n') || true
# Each ERR names the field, the rule and what to mend.
printf '%s\n' "$answer" | grep -q '^MSA|[AC]A|' || { printf 'HL7: %s\n' "$answer"; exit 1; }
echo "HL7 accepted $(printf '%s\n' "$answer" | grep '^MSA' | cut -d '|' -f 2)"

# 2. FHIR R4 over HTTPS: a transaction, whose resources refer to each other by their fullUrl.
person=urn:uuid:6f1c2f2e-0000-4000-8000-000000000001
sample=urn:uuid:6f1c2f2e-0000-4000-8000-000000000002
result=urn:uuid:6f1c2f2e-0000-4000-8000-000000000003
report=urn:uuid:6f1c2f2e-0000-4000-8000-000000000004
code='"code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]}'
subject="\"subject\": {\"reference\": \"$person\"}"
entry() { printf '{"fullUrl": "%s", "request": {"method": "POST", "url": "%s"}, "resource": {"resourceType": "%s", %s}}' "$1" "$2" "$2" "$3"; }
bundle() {
  printf '{"resourceType": "Bundle", "type": "transaction", "identifier": {"value": "%s"}, "entry": [' "$number-F"
  entry $person Patient '"name": [{"use": "official", "family": "TESTNOM", "given": ["ANNE"]}], "gender": "female", "birthDate": "1979-03-11"'
  printf ','
  entry $sample Specimen "$subject, \"collection\": {\"collectedDateTime\": \"$(moment $sampled %Y-%m-%dT%H:%M:%SZ)\"}"
  printf ','
  entry $result Observation "\"status\": \"final\", $code, $subject, \"specimen\": {\"reference\": \"$sample\"}, \"issued\": \"$(moment $now %Y-%m-%dT%H:%M:%SZ)\", \"valueCodeableConcept\": {\"coding\": [{\"system\": \"http://snomed.info/sct\", \"code\": \"260415000\"}]}"
  printf ','
  entry $report DiagnosticReport "\"identifier\": [{\"value\": \"$number-F\"}], \"status\": \"final\", $code, $subject, \"result\": [{\"reference\": \"$result\"}]"
  printf ']}'
}
send() {
  bundle | curl --silent --show-error --cacert "$folder/authority.pem" --cert "$folder/laboratory.certificate.pem" \
    --key "$folder/laboratory.key.pem" --header 'content-type: application/fhir+json' --data-binary @- \
    --write-out '\n%{http_code}\n' "https://$host:$fhir/fhir$1"
}
# What is wrong is said by $validate too, and nothing is recorded.
for path in '/$validate' ''; do
  said=$(send "$path")
  # Each issue of the OperationOutcome names its place (expression), the rule and what to mend.
  [ "$(printf '%s\n' "$said" | tail -n 1)" = 200 ] || { printf 'FHIR: %s\n' "$said"; exit 1; }
done
echo "FHIR accepted 200"
`
