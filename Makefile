# The manual of the project: `make help`. CI calls these targets and nothing else.
.POSIX:
PY = .venv/bin/python
PYTEST = $(PY) -m pytest
# Two test processes suit a machine of two cores.
JOBS = 2
# Files that take longest come first (tests/tiers.py), so the order of collection is kept.
PARALLEL = -n $(JOBS) --dist loadfile --no-loadscope-reorder
# Few files of many long tests: a process that is done takes over from the other.
STEALING = -n $(JOBS) --dist worksteal
# Left to test-all (services, the whole table of rights, fuzz) and to test-long (load).
HEAVY = load or soak or services or rights
# A developer's .env must not change what the tests see.
PLAIN = PORTAL_ENV=demo PORTAL_TODAY= DEBUG=false HTTPS=false LOG_LEVEL=WARNING STATEMENT_TIMEOUT=60 \
	$(SEEDS)
# What is made by chance is the same in every run of CI; test-long makes it anew.
SEEDS = HYPOTHESIS_SEED=20230703 FUZZ_SEED=20230703
SERVICES = $(PLAIN) $(PY) -m tests.services run --
ON_SQLITE = $(PLAIN) DATABASE_URL= REDIS_URL=memory://
# Values that let `check --deploy` judge a production configuration.
PRODUCTION = LOG_LEVEL=WARNING PORTAL_ENV=production DEBUG=false ALLOWED_HOSTS=mtqg.example.vn \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ

.PHONY: audit sbom lock bench-small help setup run test test-fast test-all test-heavy test-long soak lint fix bench mutants migrations-check seed reset-db docker-up

help: ## Danh sách lệnh
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' Makefile

setup: ## Chuẩn bị máy: môi trường Python, công cụ kiểm thử, thư viện PDF
	@bin/setup --dev

run: ## Chạy toàn bộ cổng tại http://127.0.0.1:8000 (đổi cổng: make run PORT=8080)
	@bin/run

test: setup ## Kiểm thử đầy đủ: PostgreSQL kèm trình duyệt, sau đó SQLite (trừ phần không phụ thuộc cơ sở dữ liệu)
	$(SERVICES) $(PYTEST) $(PARALLEL) -m "not ($(HEAVY))"
	$(ON_SQLITE) $(PYTEST) $(PARALLEL) -m "(not browser or smoke) and not (once or $(HEAVY))"

test-fast: setup ## Kiểm thử nhanh: SQLite, không trình duyệt, dừng ở lỗi đầu tiên
	$(ON_SQLITE) $(PYTEST) -x -q $(PARALLEL) -m "not browser and not ($(HEAVY))"

test-all: test test-heavy ## Như test, thêm dịch vụ thật, toàn bộ bảng quyền, thử ngẫu nhiên

test-heavy: setup
	$(SERVICES) $(PYTEST) -m "services"
	$(SERVICES) $(PYTEST) $(STEALING) -m "rights"
	$(ON_SQLITE) $(PYTEST) $(STEALING) -m "soak"

test-long: setup ## Thử ngẫu nhiên với dữ liệu mới mỗi lần, đo tốc độ; không thuộc test-all
	$(ON_SQLITE) HYPOTHESIS_SEED= FUZZ_SEED= $(PYTEST) $(STEALING) -m "soak"
	$(SERVICES) $(PYTEST) -m "load"

soak: setup ## Sổ vốn: 100.000 lượt ghi ngẫu nhiên so với sổ tính bằng tay, trên SQLite và PostgreSQL
	$(ON_SQLITE) MONEY_STEPS=100000 $(PYTEST) -m soak tests/disbursement/test_money_machine.py
	$(SERVICES) env MONEY_STEPS=100000 $(PYTEST) -m soak tests/disbursement/test_money_machine.py

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
