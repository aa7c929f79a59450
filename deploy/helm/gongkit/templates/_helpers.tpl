{{/* Whether one pod runs everything. */}}
{{- define "gongkit.single" -}}
{{- if or (eq .Values.archive.kind "sqlite") (eq .Values.memory.store "embedded") -}}yes{{- end -}}
{{- end -}}

{{- define "gongkit.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "gongkit.labels" -}}
app.kubernetes.io/name: gongkit
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Of a part; a dict of root and part. */}}
{{- define "gongkit.selector" -}}
app.kubernetes.io/name: gongkit
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "gongkit.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Which keys of the Secret a part needs, as a list of names; no part gets another's. */}}
{{- define "gongkit.secretKeys" -}}
{{- $root := .root -}}{{- $does := .does -}}{{- $secrets := $root.Values.secrets -}}
{{- $keys := list "kek" -}}
{{- if eq $root.Values.archive.kind "postgresql" -}}{{- $keys = append $keys "archive-url" -}}{{- end -}}
{{- if has "worker" $does -}}
{{- if eq $secrets.gong "oauth" -}}
{{- $keys = concat $keys (list "gong-client-access-key" "gong-client-secret") -}}
{{- else -}}
{{- $keys = concat $keys (list "gong-access-key" "gong-access-key-secret") -}}
{{- end -}}
{{- end -}}
{{- if has "webhook" $does -}}
{{- $keys = append $keys (ternary "webhook-url-token" "webhook-public-keys" (eq $secrets.webhook "urlToken")) -}}
{{- end -}}
{{- $searches := or (has "worker" $does) (has "mcp" $does) (has "dashboard" $does) -}}
{{- if and $searches (eq $root.Values.memory.store "qdrant") $root.Values.memory.apiKey -}}
{{- $keys = append $keys "qdrant-api-key" -}}
{{- end -}}
{{ $keys | toJson }}
{{- end -}}

{{/* The variable that names the file of a key. */}}
{{- define "gongkit.variableOf" -}}
{{- $of := dict
  "kek" "GONGKIT__KEYS__KEK_FILE"
  "archive-url" "GONGKIT__ARCHIVE__URL_FILE"
  "gong-access-key" "GONG_ACCESS_KEY_FILE"
  "gong-access-key-secret" "GONG_ACCESS_KEY_SECRET_FILE"
  "gong-client-access-key" "GONG_CLIENT_ACCESS_KEY_FILE"
  "gong-client-secret" "GONG_CLIENT_SECRET_FILE"
  "webhook-public-keys" "GONG_WEBHOOK_PUBLIC_KEYS_FILE"
  "webhook-url-token" "GONG_WEBHOOK_URL_TOKEN_FILE"
  "qdrant-api-key" "GONGKIT__MEMORY__API_KEY_FILE" -}}
{{ get $of . }}
{{- end -}}

{{/* What is typed after `gongkit`; a dict of root and does (which parts the pod does). */}}
{{- define "gongkit.arguments" -}}
{{- $values := .root.Values -}}{{- $does := .does -}}
{{- $arguments := list -}}
{{- if eq (join "," $does) "worker" -}}
{{- $arguments = list "worker" -}}
{{- else -}}
{{- $arguments = list "serve" "--behind-proxy" -}}
{{- if has "webhook" $does -}}
{{- $arguments = concat $arguments (list "--webhook" "--webhook-listen" "0.0.0.0:9003") -}}
{{- end -}}
{{- if has "mcp" $does -}}
{{- $arguments = concat $arguments (list "--mcp" "--mcp-listen" "0.0.0.0:9002" "--require-auth") -}}
{{- with $values.mcp.publicUrl -}}{{- $arguments = concat $arguments (list "--public-url" .) -}}{{- end -}}
{{- end -}}
{{- if has "dashboard" $does -}}
{{- $arguments = concat $arguments (list "--dashboard" "--dashboard-listen" "0.0.0.0:9004") -}}
{{- with $values.dashboard.publicUrl -}}{{- $arguments = concat $arguments (list "--dashboard-url" .) -}}{{- end -}}
{{- end -}}
{{- if has "worker" $does -}}{{- $arguments = append $arguments "--worker" -}}{{- end -}}
{{- end -}}
{{ concat $arguments (list "--admin" "0.0.0.0:9090") | toJson }}
{{- end -}}

{{/* A pod; a dict of root, part, does, resources. */}}
{{- define "gongkit.pod" -}}
{{- $root := .root -}}{{- $values := .root.Values -}}{{- $does := .does -}}
{{- $single := include "gongkit.single" $root -}}
{{- $keys := include "gongkit.secretKeys" (dict "root" $root "does" $does) | fromJsonArray -}}
{{- $searches := or (has "worker" $does) (has "mcp" $does) (has "dashboard" $does) -}}
metadata:
  labels:
    {{- include "gongkit.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
  annotations:
    kubectl.kubernetes.io/default-container: gongkit
    {{- if eq $values.mesh.kind "linkerd" }}
    linkerd.io/inject: enabled
    {{- end }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "gongkit.name" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  {{- if not $single }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "gongkit.selector" (dict "root" $root "part" $.part) | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: gongkit
      image: {{ include "gongkit.image" $root }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: {{ include "gongkit.arguments" (dict "root" $root "does" $does) }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        capabilities:
          drop: [ALL]
      ports:
        {{- if has "webhook" $does }}
        - {name: webhook, containerPort: 9003}
        {{- end }}
        {{- if has "mcp" $does }}
        - {name: mcp, containerPort: 9002}
        {{- end }}
        {{- if has "dashboard" $does }}
        - {name: dashboard, containerPort: 9004}
        {{- end }}
        - {name: admin, containerPort: 9090}
      env:
        - {name: HOME, value: /data}
        - {name: GONGKIT__DATA__DIR, value: /data}
        - {name: GONGKIT__CACHE__DIR, value: /cache}
        - {name: GONG_BASE_URL, value: {{ $values.gong.baseUrl | quote }}}
        - {name: GONGKIT__MODEL__NAME, value: {{ $values.model.name | quote }}}
        {{- if $values.model.existingClaim }}
        - {name: GONGKIT__MODEL__DIR, value: /model}
        {{- end }}
        {{- range $keys }}
        - {name: {{ include "gongkit.variableOf" . }}, value: /secrets/{{ . }}}
        {{- end }}
        {{- if eq $values.archive.kind "postgresql" }}
        - {name: GONGKIT__ARCHIVE__CONNECTIONS, value: {{ $values.archive.connections | quote }}}
        - {name: GONGKIT__ARCHIVE__ERASE_LOG, value: /erase-log/tombstones}
        {{- end }}
        {{- if and $searches (eq $values.memory.store "qdrant") }}
        - {name: GONGKIT__MEMORY__STORE, value: qdrant}
        - {name: GONGKIT__MEMORY__URL, value: {{ $values.memory.url | quote }}}
        - {name: GONGKIT__MEMORY__COLLECTIONS, value: {{ $values.memory.collections | quote }}}
        - {name: GONGKIT__MEMORY__SHARDS, value: {{ $values.memory.shards | quote }}}
        - {name: GONGKIT__MEMORY__REPLICAS, value: {{ $values.memory.replicas | quote }}}
        - {name: GONGKIT__MEMORY__WRITE_CONSISTENCY, value: {{ $values.memory.writeConsistency | quote }}}
        {{- end }}
        {{- if and (has "webhook" $does) $values.webhook.publicUrls }}
        - {name: GONG_WEBHOOK_PUBLIC_URL, value: {{ join "," $values.webhook.publicUrls | quote }}}
        {{- end }}
        {{- range $name, $value := $values.settings }}
        - {name: {{ $name }}, value: {{ $value | quote }}}
        {{- end }}
      # It opens the archive, and at the first start makes its tables; then the others begin.
      startupProbe:
        httpGet: {path: /livez, port: admin}
        periodSeconds: 2
        failureThreshold: 60
      # Looks at nothing: a database that is away must not end processes.
      livenessProbe:
        httpGet: {path: /livez, port: admin}
        periodSeconds: 10
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /readyz, port: admin}
        periodSeconds: 5
        failureThreshold: 2
        timeoutSeconds: 3
      # Endpoints forget a pod while it still answers; the image has no shell and no sleep.
      lifecycle:
        preStop:
          sleep:
            seconds: 5
      resources:
        {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - {name: data, mountPath: /data}
        - {name: cache, mountPath: /cache}
        - {name: secrets, mountPath: /secrets, readOnly: true}
        {{- if eq $values.archive.kind "postgresql" }}
        - {name: erase-log, mountPath: /erase-log}
        {{- end }}
        {{- if $values.model.existingClaim }}
        - {name: model, mountPath: /model, readOnly: true}
        {{- end }}
  volumes:
    {{- if not $single }}
    - name: data
      emptyDir:
        sizeLimit: 1Gi
    {{- end }}
    - name: cache
      emptyDir:
        sizeLimit: 1Gi
    - name: secrets
      secret:
        secretName: {{ $values.secrets.existingSecret }}
        defaultMode: 0440
        items:
          {{- range $keys }}
          - {key: {{ . }}, path: {{ . }}}
          {{- end }}
    {{- if eq $values.archive.kind "postgresql" }}
    - name: erase-log
      persistentVolumeClaim:
        claimName: {{ $values.archive.eraseLog.existingClaim }}
    {{- end }}
    {{- if $values.model.existingClaim }}
    - name: model
      persistentVolumeClaim:
        claimName: {{ $values.model.existingClaim }}
        readOnly: true
    {{- end }}
{{- end -}}

{{/* The parts that one pod does, or all that there are; JSON. */}}
{{- define "gongkit.enabled" -}}
{{- $parts := list -}}
{{- range list "webhook" "mcp" "dashboard" "worker" -}}
{{- if (get $.Values.components .).enabled -}}{{- $parts = append $parts . -}}{{- end -}}
{{- end -}}
{{ $parts | toJson }}
{{- end -}}

{{/* Every pod there is, as a JSON list of {part, does, replicas, resources}. */}}
{{- define "gongkit.pods" -}}
{{- $pods := list -}}
{{- $components := .Values.components -}}
{{- if include "gongkit.single" . -}}
{{- $does := include "gongkit.enabled" . | fromJsonArray -}}
{{- $pods = append $pods (dict "part" "all" "does" $does "replicas" 1 "resources" .Values.pod.resources) -}}
{{- else -}}
{{- range list "webhook" "mcp" "dashboard" "worker" -}}
{{- $of := get $components . -}}
{{- if $of.enabled -}}
{{- $pods = append $pods (dict "part" . "does" (list .) "replicas" $of.replicas "resources" $of.resources) -}}
{{- end -}}
{{- end -}}
{{- if $components.scheduler.enabled -}}
{{- $pods = append $pods (dict "part" "scheduler" "does" (list "worker") "replicas" 1 "resources" $components.scheduler.resources) -}}
{{- end -}}
{{- end -}}
{{ $pods | toJson }}
{{- end -}}

{{/* What the schema cannot say. */}}
{{- define "gongkit.check" -}}
{{- if and (include "gongkit.single" .) (not (include "gongkit.enabled" . | fromJsonArray)) -}}
{{- fail "no component is enabled" -}}
{{- end -}}
{{- if and (not (include "gongkit.single" .)) (not (or .Values.components.worker.enabled .Values.components.scheduler.enabled)) -}}
{{- fail "without components.worker and components.scheduler nobody fetches what is delivered" -}}
{{- end -}}
{{- end -}}
