{{/*
The one table of who is told what. A component gets only the secrets it uses: whoever takes over the API
cannot read Pulumi's state, and the clock knows nothing but the broker.
*/}}
{{- define "sandbox.secretsOf" -}}
api: [databaseUrl, brokerUrl, s3AccessKey, s3SecretKey, tokenKey]
worker: [databaseUrl, brokerUrl, s3AccessKey, s3SecretKey, tokenKey, pulumiBackendUrl, pulumiPassphrase{{ if .Values.mail.user }}, smtpPassword{{ end }}]
beat: [brokerUrl]
migrate: [databaseUrl]
{{- end -}}

{{- define "sandbox.secretVariables" -}}
databaseUrl: SANDBOX_DATABASE_URL
brokerUrl: SANDBOX_BROKER_URL
s3AccessKey: SANDBOX_S3_ACCESS_KEY
s3SecretKey: SANDBOX_S3_SECRET_KEY
pulumiBackendUrl: SANDBOX_PULUMI_BACKEND_URL
pulumiPassphrase: SANDBOX_PULUMI_PASSPHRASE
tokenKey: SANDBOX_TOKEN_KEY
smtpPassword: SANDBOX_SMTP_PASSWORD
{{- end -}}

{{/* Who is given which file of settings: only a worker sends notices, so only a worker knows the contacts. */}}
{{- define "sandbox.filesOf" -}}
api: [memberStates, regime, terms, facilities]
worker: [contacts, memberStates, regime, terms, facilities]
beat: []
migrate: []
test: []
{{- end -}}

{{- define "sandbox.fileVariables" -}}
contacts: SANDBOX_CONTACTS
memberStates: SANDBOX_MEMBER_STATES
regime: SANDBOX_REGIME
terms: SANDBOX_TERMS
facilities: SANDBOX_FACILITIES
{{- end -}}

{{/* The files that a component is given and that were named, by JSON: name -> where it comes from. */}}
{{- define "sandbox.files" -}}
{{- $found := dict -}}
{{- range index (include "sandbox.filesOf" .root | fromYaml) .component -}}
{{- $file := index $.root.Values.files . -}}
{{- if or $file.secret $file.configMap }}{{ $_ := set $found . $file }}{{ end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{/* What only the sender of mail is told. */}}
{{- define "sandbox.mail" -}}
{{- if .host -}}
- name: SANDBOX_SMTP_HOST
  value: {{ .host | quote }}
- name: SANDBOX_SMTP_PORT
  value: {{ .port | quote }}
- name: SANDBOX_SMTP_TLS
  value: {{ .tls | quote }}
- name: SANDBOX_MAIL_FROM
  value: {{ required "mail.from must be given with mail.host: answers go there" .from | quote }}
{{- with .user }}
- name: SANDBOX_SMTP_USER
  value: {{ . | quote }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "sandbox.env" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $variables := include "sandbox.secretVariables" $root | fromYaml -}}
- name: SANDBOX_AUTHORITY
  value: {{ required "authority.name must be given: decisions and reports carry it" $values.authority.name | quote }}
- name: SANDBOX_COUNTRY
  value: {{ required "authority.country must be given: its working days decide when a legal deadline ends" $values.authority.country | quote }}
- name: SANDBOX_TIME_ZONE
  value: {{ required "authority.timeZone must be given: a legal day begins and ends in it" $values.authority.timeZone | quote }}
- name: SANDBOX_REMEDY
  value: {{ required "authority.remedy must be given: every decision carries the national appeal text" $values.authority.remedy | quote }}
- name: SANDBOX_APPEAL
  value: {{ required "authority.appeal must be given: every decision says until when it can be challenged" $values.authority.appeal | quote }}
- name: SANDBOX_DATA
  value: /var/lib/sandbox
- name: HOME
  value: /var/lib/sandbox
- name: SANDBOX_KUBECONFIG
  value: "" # the pod's own ServiceAccount
- name: SANDBOX_PROVIDER
  value: {{ $values.provider }}
- name: SANDBOX_PROMETHEUS_URL
  value: {{ $values.prometheus.url | quote }}
{{- with $values.s3.endpoint }}
- name: SANDBOX_S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
- name: SANDBOX_S3_BUCKET
  value: {{ $values.s3.bucket | quote }}
- name: SANDBOX_RETENTION_DAYS
  value: {{ $values.s3.retentionDays | quote }}
{{- range index (include "sandbox.secretsOf" $root | fromYaml) .component }}
- name: {{ index $variables . }}
  valueFrom:
    secretKeyRef:
      name: {{ $values.existingSecret.name }}
      key: {{ index $values.existingSecret.keys . }}
{{- end }}
{{- range $name, $_ := include "sandbox.files" . | fromJson }}
- name: {{ index (include "sandbox.fileVariables" $root | fromYaml) $name }}
  value: /etc/sandbox/{{ $name }}.toml
{{- end }}
{{- if eq .component "worker" }}
{{- with include "sandbox.mail" $values.mail }}
{{ . }}
{{- end }}
{{- end }}
{{- if has .component (list "api" "worker") }}
{{- with $values.publicUrl | default (and $values.ingress.enabled (printf "https://%s" $values.ingress.host)) }}
- name: SANDBOX_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- range $name, $value := (index $values .component).extraEnv }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}
