{{/* Ways out by name (networkPolicy.egress). A name without peers is open to every address on its ports, one without ports is closed. */}}
{{- define "sandbox.egress" -}}
{{- $ways := .root.Values.networkPolicy.egress -}}
{{- range $way := .to }}
{{- $open := index $ways $way }}
{{- if $open.ports }}
- ports:
  {{- range $open.ports }}
    - {protocol: TCP, port: {{ . }}}
  {{- if eq $way "dns" }}
    - {protocol: UDP, port: {{ . }}}
  {{- end }}
  {{- end }}
  {{- with $open.peers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
