{{/* Names. 40 characters leave room for the longest suffix within the 63 of a label. */}}
{{- define "sandbox.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* ClusterRoles and fences belong to no namespace, so their names carry that of the release. */}}
{{- define "sandbox.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "sandbox.fullname" .) -}}
{{- end -}}

{{/* What a selector matches; never changes between versions. Takes (dict "root" $ "component" "api"). */}}
{{- define "sandbox.selector" -}}
app.kubernetes.io/name: regulatory-sandbox
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "sandbox.labels" -}}
{{ include "sandbox.selector" . }}
app.kubernetes.io/part-of: regulatory-sandbox
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "sandbox.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default .Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{- define "sandbox.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Pod Security `restricted`, the part of the pod. */}}
{{- define "sandbox.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .Values.podSecurity.runAsUser }}
runAsGroup: {{ .Values.podSecurity.runAsGroup }}
fsGroup: {{ .Values.podSecurity.fsGroup }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Pod Security `restricted`, the part of the container, and a root file system nobody can write. */}}
{{- define "sandbox.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "sandbox.volumeMounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: data, mountPath: /var/lib/sandbox}
{{- if include "sandbox.files" . | fromJson }}
- {name: settings, mountPath: /etc/sandbox, readOnly: true}
{{- end }}
{{- end -}}

{{- define "sandbox.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .root.Values.tmpSize }}}
- name: data
  emptyDir: {sizeLimit: {{ .root.Values.dataSize }}}
{{- with include "sandbox.files" . | fromJson }}
- name: settings
  projected:
    sources:
    {{- range $name, $file := . }}
      - {{ ternary "secret" "configMap" (not (empty $file.secret)) }}:
          name: {{ $file.secret | default $file.configMap }}
          items: [{key: {{ $file.key }}, path: {{ $name }}.toml}]
    {{- end }}
{{- end }}
{{- end -}}

{{/* Spread over nodes and zones where there are several; one node is no reason not to start. */}}
{{- define "sandbox.spread" -}}
{{- $labels := include "sandbox.selector" . -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- $labels | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "sandbox.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
