# The manual of the project: `make help`. CI calls these targets and nothing else.
.POSIX:
PY = .venv/bin/python
PYTEST = $(PY) -m pytest
# Two test processes suit a machine of two cores.
JOBS = 2
# The table of rights asks some thirty thousand questions: by hand, on PostgreSQL (test-long).
HEAVY = load or soak or services or rights
# A developer's .env must not change what the tests see.
PLAIN = PORTAL_ENV=demo PORTAL_TODAY= DEBUG=false HTTPS=false LOG_LEVEL=WARNING STATEMENT_TIMEOUT=60
SERVICES = $(PLAIN) $(PY) -m tests.services run --
ON_SQLITE = $(PLAIN) DATABASE_URL= REDIS_URL=memory://
# Values that let `check --deploy` judge a production configuration.
PRODUCTION = LOG_LEVEL=WARNING PORTAL_ENV=production DEBUG=false ALLOWED_HOSTS=mtqg.example.vn \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ

.PHONY: audit sbom lock bench-small help setup run test test-fast test-all test-heavy test-long lint fix bench mutants migrations-check seed reset-db docker-up

help: ## Danh sách lệnh
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' Makefile

setup: ## Chuẩn bị máy: môi trường Python, công cụ kiểm thử, thư viện PDF
	@bin/setup --dev

run: ## Chạy toàn bộ cổng tại http://127.0.0.1:8000 (đổi cổng: make run PORT=8080)
	@bin/run

test: setup ## Kiểm thử đầy đủ: PostgreSQL kèm trình duyệt, sau đó SQLite
	$(SERVICES) $(PYTEST) -n $(JOBS) --dist loadfile -m "not ($(HEAVY))"
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) --dist loadfile -m "(not browser or smoke) and not ($(HEAVY))"

test-fast: setup ## Kiểm thử nhanh: SQLite, không trình duyệt, dừng ở lỗi đầu tiên
	$(ON_SQLITE) $(PYTEST) -x -q -n $(JOBS) --dist loadfile -m "not browser and not ($(HEAVY))"

test-all: test test-heavy ## Như test, thêm dịch vụ thật

test-heavy: setup
	$(SERVICES) $(PYTEST) -m "services"

test-long: setup ## Bảng quyền từng ô, thử ngẫu nhiên hàng nghìn lượt, đo tốc độ; không thuộc test-all
	$(SERVICES) $(PYTEST) -n $(JOBS) --dist loadfile -m "rights"
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) --dist loadfile -m "soak"
	$(SERVICES) $(PYTEST) -m "load"

lint: setup ## Kiểm tra mã nguồn
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports
	$(ON_SQLITE) $(PY) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m mypy core

fix: setup ## Tự sửa định dạng mã nguồn
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: setup ## Đo tốc độ thành tỉ lệ trên SQLite và PostgreSQL (docs/performance.md)
	@$(PY) -m bench

bench-small: setup ## Như bench, ít dòng, giới hạn nới 1,5 lần
	@$(PY) -m bench --small

audit: setup ## Hỏi lỗ hổng đã công bố của thư viện (mã 2: không hỏi được)
	@bin/audit

sbom: setup ## Ghi thành phần phần mềm (CycloneDX) vào var/sbom.cdx.json
	@bin/sbom

lock: setup ## Ghi lại requirements.lock sau khi đổi thư viện
	@bin/lock
	@$(PY) -m tests.third_party write

mutants: setup ## Bỏ lần lượt từng chỗ kiểm tra quyền trong bộ nhớ, xem kiểm thử có phát hiện không
	$(ON_SQLITE) $(PY) -m tests.permissions.mutate

migrations-check: setup ## Có mô hình nào thiếu migration không
	$(ON_SQLITE) $(PY) manage.py makemigrations --check --dry-run

seed: setup ## Tạo dữ liệu mẫu trong cơ sở dữ liệu trống
	$(PY) manage.py migrate
	$(PY) manage.py seed_demo

reset-db: setup ## Xoá cơ sở dữ liệu SQLite và tạo lại dữ liệu mẫu
	$(PY) -m mtqg_portal.reset
	$(PY) -m mtqg_portal.prepare

docker-up: ## Chạy bản sản xuất bằng Docker (cần tệp .env)
	docker compose up --build --detach
